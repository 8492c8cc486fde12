-- Messages to phones: where they go, and what the push service said of them.

CREATE TABLE device (
  subaccount_id text NOT NULL,
  token text NOT NULL,
  customer_id text NOT NULL,
  os text NOT NULL,
  locale text,
  device_id text,
  app_version text,
  registered_at timestamptz NOT NULL,
  CONSTRAINT pk_device PRIMARY KEY (subaccount_id, token),
  CONSTRAINT fk_device_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT ck_device_device_os CHECK (os IN ('IOS', 'ANDROID', 'UNKNOWN'))
);
CREATE INDEX ix_device_subaccount_id_customer_id_registered_at
  ON device (subaccount_id, customer_id, registered_at);

CREATE TABLE push (
  subaccount_id text NOT NULL,
  notification_id text NOT NULL,
  token text NOT NULL,
  outcome text NOT NULL,
  ticket text,
  reason text,
  sent_at timestamptz NOT NULL,
  CONSTRAINT pk_push PRIMARY KEY (subaccount_id, notification_id, token),
  CONSTRAINT fk_push_subaccount_id_notification_id
    FOREIGN KEY(subaccount_id, notification_id) REFERENCES notification (subaccount_id, id),
  CONSTRAINT ck_push_push_outcome CHECK (outcome IN ('ACCEPTED', 'DELIVERED', 'REJECTED')),
  CONSTRAINT ck_push_reason CHECK ((outcome = 'REJECTED') = (reason IS NOT NULL))
);
CREATE INDEX ix_push_sent_at ON push (sent_at);

ALTER TABLE device ENABLE ROW LEVEL SECURITY;
ALTER TABLE device FORCE ROW LEVEL SECURITY;
CREATE POLICY own_subaccounts ON device
  USING (subaccount_id = ANY (string_to_array(current_setting('app.subaccounts', true), ',')));
ALTER TABLE push ENABLE ROW LEVEL SECURITY;
ALTER TABLE push FORCE ROW LEVEL SECURITY;
CREATE POLICY own_subaccounts ON push
  USING (subaccount_id = ANY (string_to_array(current_setting('app.subaccounts', true), ',')));

GRANT SELECT, INSERT, DELETE,
  UPDATE (customer_id, os, locale, device_id, app_version, registered_at) ON device
  TO kickstand_app;
GRANT SELECT, INSERT, UPDATE (outcome, reason) ON push TO kickstand_app;
GRANT INSERT, UPDATE (status, delivered_at, failure_reason) ON notification TO kickstand_app;
