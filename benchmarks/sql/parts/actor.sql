CASE
  WHEN :1 = c.id THEN (
    SELECT o FROM (SELECT 'Customer' AS __typename, c.id, c.name) o)
  WHEN :1 LIKE 'opr\_%' THEN (
    SELECT o FROM (SELECT 'Operator' AS __typename, w.id, w.name FROM operator w
                   WHERE w.id = :1) o)
  WHEN :1 LIKE 'cust\_%' THEN (
    SELECT o FROM (SELECT 'Customer' AS __typename, w.id, w.name FROM customer w
                   WHERE w.subaccount_id = c.subaccount_id AND w.id = :1) o)
  WHEN :1 LIKE 'key\_%' THEN (
    SELECT o FROM (SELECT 'PartnerKey' AS __typename, w.id, w.name FROM partner_key w
                   WHERE w.subaccount_id = c.subaccount_id AND w.id = :1) o)
  ELSE (SELECT o FROM (SELECT 'SystemActor' AS __typename, substr(:1, 5) AS name) o)
END
