SELECT
  (SELECT o FROM (
    SELECT
      c.id,
      c.number::text AS "customerNumber",
      c.name,
      c.email,
      c.phone,
      '•••' || right(c.phone, 2) AS "maskedPhone",
      c.device_os AS "deviceOs",
      (SELECT o FROM (SELECT g.id, g.name FROM region g
                      WHERE g.subaccount_id = c.subaccount_id AND g.id = c.region_id) o) AS region,
      @status() AS status,
      @badges() AS badges,
      @instant(c.joined_at) AS "joinedAt",
      @instant(c.last_active_at) AS "lastActiveAt",
      c.completed_rides AS "completedRides",
      ROW(c.total_spent) AS "totalSpent",
      (SELECT o FROM (
        SELECT ROW(money.balance) AS balance, ROW(money.bonus) AS bonus,
          ROW(greatest(-money.balance, 0)) AS debt
        FROM (@balances()) money) o) AS wallet
  ) o) AS node,
  c.joined_at AS at, c.id
FROM customer c
WHERE c.subaccount_id = s.id AND NOT c.deleted
ORDER BY c.joined_at DESC, c.id DESC
LIMIT :1
