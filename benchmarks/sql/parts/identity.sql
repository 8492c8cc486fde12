(SELECT o FROM (
  SELECT
    c.identity_status AS status,
    c.identity_required AS required,
    v.required_reason AS "requiredReason",
    v.failure_reason AS "failureReason",
    @instant(v.verified_at) AS "verifiedAt",
    v.name_mismatch AS "nameMismatch",
    v.verified_name AS "verifiedName",
    v.date_of_birth AS "dateOfBirth",
    v.address,
    v.id_type AS "idType",
    v.method,
    v.notes,
    v.risk_score AS "riskScore"
  FROM (SELECT) one
  LEFT JOIN identity_verification v ON v.subaccount_id = c.subaccount_id AND v.customer_id = c.id
) o)
