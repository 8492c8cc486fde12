CASE WHEN e.basis_base IS NOT NULL THEN (
  SELECT o FROM (
    SELECT
      e.basis_base::text AS base,
      e.basis_rate::text AS rate,
      e.basis_multiplier::text AS multiplier,
      e.basis_capped_by AS "cappedBy"
  ) o) END
