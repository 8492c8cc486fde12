CASE WHEN m.rides_asked IS NOT NULL THEN (
  SELECT o FROM (
    SELECT
      done.rides AS "ridesInWindow",
      greatest(0, m.rides_asked - done.rides) AS "ridesNeeded",
      CASE m.rides_asked WHEN 0 THEN 100 ELSE least(100, done.rides * 100 / m.rides_asked) END
        AS percent,
      m.window_days AS "windowDays"
    FROM (
      SELECT count(*) AS rides FROM ride r
      WHERE r.subaccount_id = c.subaccount_id AND r.customer_id = c.id
        AND r.ended_at > m.window_start AND r.status = 'COMPLETED'
    ) done
  ) o) END
