(SELECT o FROM (
  SELECT
    ROW(money.balance) AS balance,
    ROW(money.bonus) AS bonus,
    ROW(money.bonus + greatest(money.balance, 0)) AS available,
    ROW(greatest(-money.balance, 0)) AS debt,
    @connection(activity, 10, wallet) AS activity
  FROM (
    SELECT
      sum(balance) FILTER (WHERE kind = 'BALANCE')::bigint AS balance,
      sum(balance) FILTER (WHERE kind = 'BONUS')::bigint AS bonus
    FROM account
    WHERE subaccount_id = c.subaccount_id AND customer_id = c.id
  ) money
) o)
