SELECT
  (SELECT o FROM (
    SELECT
      total,
      active,
      ROW(wallet_value) AS "walletValue",
      ROW(bonuses) AS "totalBonuses",
      with_debt AS "withDebt",
      ROW(debt) AS "totalDebt"
  ) o) AS summary,
  array_to_json(ARRAY(
    SELECT o FROM (
      VALUES ('ALL', total), ('ACTIVE', active), ('BLOCKED', blocked),
        ('UNBLOCKED', total - blocked), ('IDENTITY_REQUIRED', identity_required),
        ('WITH_DEBT', with_debt), ('DELETED', deleted)
    ) o (tab, count)
  )) AS tabs,
  total
FROM (
  SELECT
    coalesce(sum(total), 0)::bigint AS total,
    coalesce(sum(active), 0)::bigint AS active,
    coalesce(sum(blocked), 0)::bigint AS blocked,
    coalesce(sum(identity_required), 0)::bigint AS identity_required,
    coalesce(sum(with_debt), 0)::bigint AS with_debt,
    coalesce(sum(deleted), 0)::bigint AS deleted,
    coalesce(sum(wallet_value), 0)::bigint AS wallet_value,
    coalesce(sum(bonuses), 0)::bigint AS bonuses,
    coalesce(sum(debt), 0)::bigint AS debt
  FROM customer_tally
  WHERE subaccount_id = s.id
) counted
