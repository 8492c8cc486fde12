SELECT
  (SELECT o FROM (
    SELECT n.id, n.text, @actor(n.author) AS author, @instant(n.created_at) AS "createdAt"
  ) o) AS node,
  n.created_at AS at, n.id
FROM customer_note n
WHERE n.subaccount_id = c.subaccount_id AND n.customer_id = c.id
ORDER BY n.created_at DESC, n.id DESC
LIMIT :1
