SELECT
  (SELECT o FROM (
    SELECT
      e.id,
      @instant(e.created_at) AS "createdAt",
      e.kind,
      e.amount AS points,
      e.balance_after AS "balanceAfter",
      e.source,
      @basis() AS basis,
      (SELECT o FROM (
        SELECT r.id, @instant(r.started_at) AS "startedAt",
          (SELECT o FROM (SELECT v.id, v.code) o) AS vehicle
        FROM ride r
        JOIN vehicle v ON v.subaccount_id = r.subaccount_id AND v.id = r.vehicle_id
        WHERE r.subaccount_id = e.subaccount_id AND r.id = e.ride_id) o) AS ride
  ) o) AS node,
  e.created_at AS at, e.id
FROM entry e
WHERE e.subaccount_id = c.subaccount_id AND e.customer_id = c.id AND e.account = 'POINTS'
ORDER BY e.created_at DESC, e.id DESC
LIMIT :1
