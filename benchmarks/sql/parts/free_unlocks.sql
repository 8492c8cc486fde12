greatest(0, m.free_unlocks - (
  SELECT count(*) FROM ride r
  WHERE r.subaccount_id = c.subaccount_id AND r.customer_id = c.id
    AND r.started_at >= m.month_start AND r.status IN ('ACTIVE', 'COMPLETED') AND r.free_unlock
    AND NOT EXISTS (SELECT FROM free_unlock u WHERE u.subaccount_id = r.subaccount_id
                    AND u.customer_id = r.customer_id AND u.ride_id = r.id)
)) + (
  SELECT count(*) FROM free_unlock u
  WHERE u.subaccount_id = c.subaccount_id AND u.customer_id = c.id
    AND u.ride_id IS NULL AND u.expires_at > $4
)
