array_remove(ARRAY[
  CASE WHEN c.completed_rides = 0 THEN 'NEW' ELSE 'ACTIVE' END,
  CASE WHEN c.blocked_at IS NOT NULL THEN 'BLOCKED' END,
  CASE WHEN c.identity_required AND c.identity_status <> 'VERIFIED' THEN 'IDENTITY_REQUIRED' END,
  CASE WHEN c.identity_status = 'VERIFIED' THEN 'VERIFIED' END
], NULL)
