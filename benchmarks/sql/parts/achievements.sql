array_to_json(ARRAY(
  SELECT o FROM (
    SELECT
      (SELECT o FROM (
        SELECT g.id, g.name, g.description, g.metric, g.target,
          g.reward_points AS "rewardPoints") o) AS achievement,
      coalesce(p.current, 0) AS current,
      least(100, coalesce(p.current, 0) * 100 / g.target) AS percent,
      @instant(p.earned_at) AS "earnedAt"
    FROM achievement g
    LEFT JOIN achievement_progress p ON p.subaccount_id = g.subaccount_id
      AND p.achievement_id = g.id AND p.customer_id = c.id
    WHERE g.subaccount_id = c.subaccount_id AND (g.active OR p.earned_at IS NOT NULL)
    ORDER BY g.active DESC, g.id
    LIMIT 200
  ) o
))
