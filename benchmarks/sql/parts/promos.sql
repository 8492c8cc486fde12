SELECT
  (SELECT o FROM (
    SELECT
      d.id,
      p.code,
      p.discount_type AS "discountType",
      ROW(d.discount_value) AS "discountValue",
      p.percent_off::text AS "percentOff",
      p.free_minutes AS "freeMinutes",
      @instant(d.redeemed_at) AS "redeemedAt",
      (SELECT o FROM (SELECT p.id, p.active, @instant(p.ends_at) AS "endsAt") o) AS "promoCode",
      CASE
        WHEN d.ride_id IS NOT NULL THEN (
          SELECT o FROM (
            SELECT 'Ride' AS __typename, r.id, @instant(r.started_at) AS "startedAt",
              ROW(f.total) AS charged
            FROM ride r
            LEFT JOIN fare f ON f.subaccount_id = r.subaccount_id AND f.ride_id = r.id
            WHERE r.subaccount_id = d.subaccount_id AND r.id = d.ride_id) o)
        WHEN d.package_purchase_id IS NOT NULL THEN (
          SELECT o FROM (
            SELECT 'PackagePurchase' AS __typename, b.id, b.package_name AS "packageName",
              ROW(b.amount_paid) AS "amountPaid"
            FROM package_purchase b
            WHERE b.subaccount_id = d.subaccount_id AND b.id = d.package_purchase_id) o)
        WHEN d.ride_subscription_id IS NOT NULL THEN (
          SELECT o FROM (
            SELECT 'RideSubscription' AS __typename, r.id, r.package_name AS "packageName",
              ROW(r.amount) AS amount
            FROM ride_subscription r
            WHERE r.subaccount_id = d.subaccount_id AND r.id = d.ride_subscription_id) o)
      END AS "appliedTo"
  ) o) AS node,
  d.redeemed_at AS at, d.id
FROM promo_redemption d
JOIN promo_code p ON p.subaccount_id = d.subaccount_id AND p.id = d.promo_code_id
WHERE d.subaccount_id = c.subaccount_id AND d.customer_id = c.id
ORDER BY d.redeemed_at DESC, d.id DESC
LIMIT :1
