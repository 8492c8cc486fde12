SELECT
  (SELECT o FROM (
    SELECT
      n.id,
      n.type,
      n.title,
      n.message,
      n.status,
      @actor(n.actor) AS actor,
      @instant(n.created_at) AS "createdAt",
      @instant(n.delivered_at) AS "deliveredAt",
      n.failure_reason AS "failureReason"
  ) o) AS node,
  n.created_at AS at, n.id
FROM notification n
WHERE n.subaccount_id = c.subaccount_id AND n.customer_id = c.id
ORDER BY n.created_at DESC, n.id DESC
LIMIT :1
