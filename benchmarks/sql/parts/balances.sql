SELECT
  sum(balance) FILTER (WHERE kind = 'BALANCE')::bigint AS balance,
  sum(balance) FILTER (WHERE kind = 'BONUS')::bigint AS bonus
FROM account
WHERE subaccount_id = c.subaccount_id AND customer_id = c.id
