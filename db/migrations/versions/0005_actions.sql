-- What actions leave to be done after they have committed.
CREATE TABLE job (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  kind text NOT NULL,
  subject_id text NOT NULL,
  created_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  CONSTRAINT pk_job PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_job_subaccount_id FOREIGN KEY(subaccount_id) REFERENCES subaccount (id)
);
ALTER TABLE job ENABLE ROW LEVEL SECURITY;
ALTER TABLE job FORCE ROW LEVEL SECURITY;
CREATE POLICY own_subaccounts ON job
  USING (subaccount_id = ANY (string_to_array(current_setting('app.subaccounts', true), ',')));
GRANT SELECT, INSERT ON job TO kickstand_app;

GRANT kickstand_ledger TO CURRENT_USER;

-- Keep a customer as it is until the transaction ends, so that what is decided on it still holds
-- when it is written. False where there is none for the caller.
CREATE FUNCTION hold_customer(subaccounts text[], rider text, customer_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM customer c WHERE c.subaccount_id = ANY (subaccounts) AND c.id = customer_id
    AND (rider IS NULL OR c.id = rider)
  FOR NO KEY UPDATE;
  RETURN FOUND;
END $$;

GRANT CREATE ON SCHEMA public TO kickstand_ledger;
ALTER FUNCTION hold_customer OWNER TO kickstand_ledger;
REVOKE CREATE ON SCHEMA public FROM kickstand_ledger;
REVOKE ALL ON FUNCTION hold_customer FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hold_customer TO kickstand_app;
REVOKE kickstand_ledger FROM CURRENT_USER;
