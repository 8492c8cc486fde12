-- What the customer has in the fleet's program; of a fleet that never opened it, its defaults.
SELECT
  p.*,
  coalesce(points.balance, 0) AS points,
  coalesce(l.lifetime_earned, 0) AS earned,
  coalesce(l.lifetime_redeemed, 0) AS redeemed,
  CASE WHEN l.streak_day >= p.today - 1 THEN l.streak_days ELSE 0 END AS streak_days,
  CASE WHEN p.enabled AND points.balance <> 0 THEN
    ((greatest(l.last_activity_at, p.enabled_at) AT TIME ZONE c.timezone)::date
      + p.points_expiration_days + 1)::timestamp AT TIME ZONE c.timezone END AS expires_at,
  t.id AS tier_id,
  higher.id AS next_tier_id,
  coalesce(higher.min_rides, t.min_rides) AS rides_asked,
  coalesce(higher.window_days, t.window_days) AS window_days,
  coalesce(t.free_unlocks_per_month, 0) AS free_unlocks,
  (p.local - make_interval(days => coalesce(higher.window_days, t.window_days)))
    AT TIME ZONE c.timezone AS window_start,
  date_trunc('month', p.local) AT TIME ZONE c.timezone AS month_start
FROM c
CROSS JOIN LATERAL (
  SELECT
    coalesce(g.enabled, false) AS enabled,
    coalesce(g.redemption_rate, CASE c.currency WHEN 'KWD' THEN 0.003 ELSE 1 / d.scale END)
      * d.scale AS worth,
    coalesce(g.min_redemption, 100) AS min_redemption,
    g.max_redemption,
    g.points_expiration_days,
    g.enabled_at,
    $4 AT TIME ZONE c.timezone AS local,
    ($4 AT TIME ZONE c.timezone)::date AS today
  FROM (SELECT CASE c.currency WHEN 'JPY' THEN 1.0 WHEN 'KWD' THEN 1000.0 ELSE 100.0 END) d (scale)
  LEFT JOIN loyalty_settings g ON g.subaccount_id = c.subaccount_id
) p
LEFT JOIN account points ON points.subaccount_id = c.subaccount_id
  AND points.customer_id = c.id AND points.kind = 'POINTS'
LEFT JOIN loyalty_member l ON l.subaccount_id = c.subaccount_id AND l.customer_id = c.id
LEFT JOIN loyalty_tier t ON t.subaccount_id = c.subaccount_id AND t.id = l.tier_id
LEFT JOIN LATERAL (
  SELECT n.id, n.min_rides, n.window_days FROM loyalty_tier n
  WHERE n.subaccount_id = c.subaccount_id AND n.min_rides > coalesce(t.min_rides, -1)
  ORDER BY n.min_rides LIMIT 1
) higher ON true
