SELECT
  (SELECT o FROM (
    SELECT
      r.id,
      r.package_name AS "packageName",
      r.status,
      (SELECT o FROM (SELECT p.id, p.name, ROW(p.price) AS price) o) AS plan,
      @instant(r.start_date) AS "startDate",
      @instant(r.end_date) AS "endDate",
      r.billing_frequency AS "billingFrequency",
      ROW(r.amount) AS amount,
      r.rides_included AS "ridesIncluded",
      r.rides_used AS "ridesUsed",
      r.minutes_included AS "minutesIncluded",
      r.minutes_used AS "minutesUsed",
      r.cancel_at_period_end AS "cancelAtPeriodEnd",
      r.stripe_subscription_id AS "stripeSubscriptionId"
  ) o) AS node,
  r.start_date AS at, r.id
FROM ride_subscription r
JOIN plan p ON p.subaccount_id = r.subaccount_id AND p.id = r.plan_id
WHERE r.subaccount_id = c.subaccount_id AND r.customer_id = c.id
ORDER BY r.start_date DESC, r.id DESC
LIMIT :1
