array_to_json(ARRAY(
  SELECT o FROM (
    SELECT
      p.id,
      p.type,
      p.brand,
      p.last4,
      p.exp_month AS "expMonth",
      p.exp_year AS "expYear",
      CASE WHEN make_date(p.exp_year, p.exp_month, 1) + interval '1 month'
        <= $4 AT TIME ZONE c.timezone THEN 'EXPIRED' ELSE 'ACTIVE' END AS status,
      p.is_default AS "isDefault",
      p.verification,
      p.stripe_payment_method_id AS "stripePaymentMethodId",
      @instant(p.added_at) AS "addedAt"
    FROM payment_method p
    WHERE p.subaccount_id = c.subaccount_id AND p.customer_id = c.id
    ORDER BY p.is_default DESC, p.added_at DESC, p.id DESC
    LIMIT 100
  ) o
))
