-- The phone that a customer signed up with. It is compared and shown to nobody (LOY-9).
CREATE TABLE signup_device (
  subaccount_id text NOT NULL,
  customer_id text NOT NULL,
  device_id text NOT NULL,
  CONSTRAINT pk_signup_device PRIMARY KEY (subaccount_id, customer_id),
  CONSTRAINT fk_signup_device_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id)
);
CREATE INDEX ix_signup_device_subaccount_id_device_id ON signup_device (subaccount_id, device_id);
ALTER TABLE signup_device ENABLE ROW LEVEL SECURITY;
ALTER TABLE signup_device FORCE ROW LEVEL SECURITY;
CREATE POLICY own_subaccounts ON signup_device
  USING (subaccount_id = ANY (string_to_array(current_setting('app.subaccounts', true), ',')));

-- Nobody is bound to a customer but the rider who asks for it (ROL-8).
CREATE POLICY own_credential ON rider AS RESTRICTIVE FOR INSERT TO kickstand_app
  WITH CHECK (issuer || ' ' || subject = current_setting('app.caller', true));

GRANT SELECT, INSERT ON signup_device TO kickstand_app;
GRANT INSERT ON rider, referral, customer_note TO kickstand_app;
GRANT INSERT (
  subaccount_id, customer_id, ip_address, latitude, longitude, accuracy_meters, recorded_at)
  ON signup_location TO kickstand_app;
GRANT DELETE ON payment_method TO kickstand_app;
GRANT UPDATE (status, end_date) ON ride_subscription TO kickstand_app;

GRANT kickstand_ledger TO CURRENT_USER;

-- As it was, but that it gives the number where none is given: the one after the fleet's highest,
-- whatever wrote that. Signups of a fleet queue here until the one before them has ended, so that
-- they leave no gap whether it commits or not (CUS-1); what they do before they do side by side.
CREATE OR REPLACE FUNCTION add_customer(given jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  usual CONSTANT jsonb := '{"completed_rides": 0, "total_spent": 0, "identity_required": false,
    "identity_status": "NOT_REQUIRED"}';
  made customer;
BEGIN
  made := jsonb_populate_record(NULL::customer, usual || given);
  IF made.number IS NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('customer.number ' || made.subaccount_id, 0));
    SELECT coalesce(max(c.number), 0) + 1 INTO made.number
    FROM customer c WHERE c.subaccount_id = made.subaccount_id;
  END IF;
  INSERT INTO customer (
    subaccount_id, id, number, name, email, phone, device_os, locale, region_id, joined_at,
    last_active_at, blocked_at, blocked_reason, deleted_at, stripe_customer_id, completed_rides,
    total_spent, identity_required, identity_status, referral_code)
  VALUES (
    made.subaccount_id, made.id, made.number, made.name, made.email, made.phone, made.device_os,
    made.locale, made.region_id, made.joined_at, made.last_active_at, made.blocked_at,
    made.blocked_reason, made.deleted_at, made.stripe_customer_id, made.completed_rides,
    made.total_spent, made.identity_required, made.identity_status, made.referral_code)
  RETURNING * INTO made;
  INSERT INTO account (subaccount_id, customer_id, kind, closed)
  SELECT made.subaccount_id, made.id, kind, made.deleted
  FROM unnest(ARRAY['BALANCE', 'BONUS', 'POINTS']) kind;
  INSERT INTO customer_search SELECT (searchable(made)).*;
  PERFORM count_customer(made, 1);
END $$;

REVOKE kickstand_ledger FROM CURRENT_USER;
