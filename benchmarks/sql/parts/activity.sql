SELECT
  (SELECT o FROM (
    SELECT
      e.id,
      @instant(e.created_at) AS "createdAt",
      e.account,
      e.kind,
      ROW(e.amount) AS amount,
      ROW(e.balance_after) AS "balanceAfter",
      e.note,
      e.bonus_reason AS "bonusReason",
      e.transaction_mode AS "transactionMode",
      e.external_reference AS "externalReference",
      @actor(e.actor) AS actor,
      @identified(e.ride_id) AS ride,
      @identified(e.reverses_id) AS reverses,
      (SELECT o FROM (SELECT u.id FROM entry u WHERE u.subaccount_id = e.subaccount_id
                      AND u.reverses_id = e.id) o) AS "reversedBy"
  ) o) AS node,
  e.created_at AS at, e.id
FROM entry e
WHERE e.subaccount_id = c.subaccount_id AND e.customer_id = c.id AND e.account <> 'POINTS'
ORDER BY e.created_at DESC, e.id DESC
LIMIT :1
