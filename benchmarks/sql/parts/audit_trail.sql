SELECT
  (SELECT o FROM (
    SELECT
      a.id,
      @instant(a.created_at) AS "createdAt",
      a.action,
      @actor(a.actor) AS actor,
      a.note,
      a.changes::text AS changes,
      a.ip_address AS "ipAddress",
      a.request_id AS "requestId",
      a.hash
  ) o) AS node,
  a.created_at AS at, a.id
FROM audit_entry a
WHERE a.subaccount_id = c.subaccount_id AND a.customer_id = c.id
ORDER BY a.created_at DESC, a.id DESC
LIMIT :1
