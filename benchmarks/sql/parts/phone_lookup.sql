(SELECT o FROM (
  SELECT
    l.carrier,
    l.line_type AS "lineType",
    l.prepaid,
    l.country,
    l.risk_score AS "riskScore",
    l.risk_level AS "riskLevel",
    l.risk_flags AS "riskFlags",
    l.name_match_score AS "nameMatchScore",
    l.name_match_level AS "nameMatchLevel",
    l.provider,
    @instant(l.checked_at) AS "checkedAt"
  FROM phone_lookup l
  WHERE l.subaccount_id = c.subaccount_id AND l.customer_id = c.id
) o)
