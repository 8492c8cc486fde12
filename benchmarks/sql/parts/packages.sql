SELECT
  (SELECT o FROM (
    SELECT
      b.id,
      b.package_name AS "packageName",
      CASE
        WHEN coalesce(b.rides_included - b.rides_used, 0) = 0
          AND coalesce(b.minutes_included - b.minutes_used, 0) = 0 THEN 'EXHAUSTED'
        WHEN b.expires_at <= $4 THEN 'EXPIRED'
        ELSE 'ACTIVE'
      END AS status,
      (SELECT o FROM (SELECT p.id, p.name, ROW(p.price) AS price) o) AS package,
      @instant(b.purchased_at) AS "purchasedAt",
      ROW(b.amount_paid) AS "amountPaid",
      b.rides_included AS "ridesIncluded",
      b.rides_included - b.rides_used AS "ridesRemaining",
      b.minutes_included AS "minutesIncluded",
      b.minutes_included - b.minutes_used AS "minutesRemaining",
      @instant(b.expires_at) AS "expiresAt"
  ) o) AS node,
  b.purchased_at AS at, b.id
FROM package_purchase b
JOIN ride_package p ON p.subaccount_id = b.subaccount_id AND p.id = b.ride_package_id
WHERE b.subaccount_id = c.subaccount_id AND b.customer_id = c.id
ORDER BY b.purchased_at DESC, b.id DESC
LIMIT :1
