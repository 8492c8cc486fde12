array_to_json(ARRAY(
  SELECT o FROM (
    SELECT
      (SELECT o FROM (
        SELECT
          g.id,
          g.name,
          g.description,
          g.metric,
          g.target,
          @instant(g.starts_at) AS "startsAt",
          @instant(g.ends_at) AS "endsAt",
          g.reward_points AS "rewardPoints",
          ROW(g.reward_credit) AS "rewardCredit",
          g.reward_free_unlocks AS "rewardFreeUnlocks",
          g.featured
      ) o) AS challenge,
      coalesce(p.current, 0) AS current,
      least(100, coalesce(p.current, 0) * 100 / g.target) AS percent,
      @instant(p.completed_at) AS "completedAt"
    FROM challenge g
    LEFT JOIN challenge_progress p ON p.subaccount_id = g.subaccount_id
      AND p.challenge_id = g.id AND p.customer_id = c.id
    WHERE g.subaccount_id = c.subaccount_id
      AND (g.active AND g.ends_at > $4 OR p.completed_at IS NOT NULL)
    ORDER BY g.starts_at DESC, g.id DESC
    LIMIT 200
  ) o
))
