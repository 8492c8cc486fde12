(SELECT o FROM (
  SELECT
    t.id,
    t.name,
    t.description,
    t.color,
    t.min_rides AS "minRides",
    t.unlock_discount_percent::text AS "unlockDiscountPercent",
    t.minute_discount_percent::text AS "minuteDiscountPercent",
    t.free_unlocks_per_month AS "freeUnlocksPerMonth",
    t.points_multiplier::text AS "pointsMultiplier"
  FROM loyalty_tier t
  WHERE t.subaccount_id = c.subaccount_id AND t.id = :1
) o)
