(SELECT o FROM (
  SELECT
    ROW(money.balance) AS balance,
    ROW(money.bonus) AS bonus,
    ROW(money.bonus + greatest(money.balance, 0)) AS available,
    ROW(greatest(-money.balance, 0)) AS debt,
    @connection(activity, 10, wallet) AS activity
  FROM (@balances()) money
) o)
