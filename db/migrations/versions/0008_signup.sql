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
