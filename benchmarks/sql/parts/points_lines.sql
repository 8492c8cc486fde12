SELECT
  (SELECT o FROM (
    SELECT
      e.id,
      @instant(e.created_at) AS "createdAt",
      e.kind,
      e.amount AS points,
      e.balance_after AS "balanceAfter",
      e.note AS reason,
      e.source,
      @basis() AS basis,
      @actor(e.actor) AS actor,
      @identified(e.ride_id) AS ride
  ) o) AS node,
  e.created_at AS at, e.id
FROM entry e
WHERE e.subaccount_id = c.subaccount_id AND e.customer_id = c.id AND e.account = 'POINTS'
ORDER BY e.created_at DESC, e.id DESC
LIMIT :1
