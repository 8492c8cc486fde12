CASE WHEN f.total IS NOT NULL THEN (
  SELECT o FROM (
    SELECT
      f.minutes,
      ROW(f.unlock) AS unlock,
      ROW(f.time) AS time,
      ROW(f.tier_discount) AS "tierDiscount",
      ROW(f.promo_discount) AS "promoDiscount",
      ROW(f.covered_by_plan) AS "coveredByPlan",
      ROW(f.total) AS total,
      ROW(f.paid_from_bonus) AS "paidFromBonus",
      ROW(f.paid_from_balance) AS "paidFromBalance",
      ROW(f.paid_by_card) AS "paidByCard",
      ROW(f.left_as_debt) AS "leftAsDebt"
  ) o) END
