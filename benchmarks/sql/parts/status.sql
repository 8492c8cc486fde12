CASE
  WHEN c.deleted_at IS NOT NULL THEN 'DELETED'
  WHEN c.blocked_at IS NOT NULL THEN 'BLOCKED'
  WHEN c.identity_required AND c.identity_status <> 'VERIFIED' THEN 'IDENTITY_REQUIRED'
  WHEN c.completed_rides > 0 THEN 'ACTIVE'
  ELSE 'NEW'
END
