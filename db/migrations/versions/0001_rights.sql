-- Who may touch what: roles, row security, and the only ways to write money and to sign in.

-- Group roles, shared by the databases of a cluster. The login that serves is a member of
-- kickstand_app; nobody logs in as the others, which own functions and nothing else.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['kickstand_app', 'kickstand_ledger', 'kickstand_gate'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', name);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;  -- another database of the cluster made it
    END;
  END LOOP;
END $$;
GRANT kickstand_ledger, kickstand_gate TO CURRENT_USER;

-- Row security on every table, forced on its owner too. An unset or empty setting names no fleet,
-- so a forgotten one shows no row. The policies hold no subquery.
DO $$
DECLARE
  tenant record;
BEGIN
  FOR tenant IN
    SELECT c.relname, CASE c.relname WHEN 'subaccount' THEN 'id' ELSE 'subaccount_id' END AS key
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
      AND c.relname NOT IN ('operator', 'idempotency', 'alembic_version')
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant.relname);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant.relname);
    EXECUTE format(
      'CREATE POLICY own_subaccounts ON %I USING (%I = ANY (
         string_to_array(current_setting(''app.subaccounts'', true), '','')))',
      tenant.relname, tenant.key);
    EXECUTE format('GRANT SELECT ON %I TO kickstand_app', tenant.relname);
  END LOOP;
END $$;

ALTER TABLE idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency FORCE ROW LEVEL SECURITY;
CREATE POLICY own_keys ON idempotency
  USING (caller_id = current_setting('app.caller', true));

-- Operators belong to the company, not to a fleet: whoever acted on a record is named beside it.
ALTER TABLE operator ENABLE ROW LEVEL SECURITY;
ALTER TABLE operator FORCE ROW LEVEL SECURITY;
CREATE POLICY whole_company ON operator USING (true);

GRANT SELECT (id, name, email, role) ON operator TO kickstand_app;
GRANT SELECT, INSERT, UPDATE (result) ON idempotency TO kickstand_app;
GRANT INSERT ON audit_entry TO kickstand_app;
-- Credentials are read by the functions below alone.
REVOKE SELECT ON rider, partner_key FROM kickstand_app;
GRANT SELECT (subaccount_id, id, name, prefix, scopes, rate_limit_per_minute, expires_at,
              last_used_at, revoked_at, created_at) ON partner_key TO kickstand_app;

-- The ledger is append-only: no role may update or delete an entry. Constraints refuse a false
-- chain, but not an entry that its account does not follow, nor an account set back to an older
-- entry. So the two are written together or not at all, by the one statement below.
GRANT SELECT, UPDATE (balance, head_seq) ON account TO kickstand_ledger;
GRANT SELECT, INSERT ON entry TO kickstand_ledger;

-- The lock of the updated row is the queue: no balance is ever read and then written. Gives the
-- balance after; NULL where it would have gone below `floor`, and nothing was done.
CREATE FUNCTION post_entry(
  subaccount text, customer text, account_kind text, change bigint, floor bigint, entry_id text,
  operation text, entry_kind text, who text, words text DEFAULT NULL, reason text DEFAULT NULL,
  mode text DEFAULT NULL, reference text DEFAULT NULL, ride text DEFAULT NULL,
  undoes text DEFAULT NULL, earned_with text DEFAULT NULL, base numeric DEFAULT NULL,
  rate numeric DEFAULT NULL, multiplier numeric DEFAULT NULL, capped_by bigint DEFAULT NULL
) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  WITH moved AS (
    UPDATE account SET balance = balance + change, head_seq = coalesce(head_seq, 0) + 1
    WHERE subaccount_id = subaccount AND customer_id = customer AND kind = account_kind
      AND (floor IS NULL OR balance + change >= floor)
    RETURNING *
  )
  INSERT INTO entry (
    subaccount_id, customer_id, account, seq, prev_balance, amount, balance_after, id, txn, kind,
    actor, note, bonus_reason, transaction_mode, external_reference, ride_id, reverses_id, source,
    basis_base, basis_rate, basis_multiplier, basis_capped_by)
  SELECT
    subaccount_id, customer_id, kind, head_seq, balance - change, change, balance, entry_id,
    operation, entry_kind, who, words, reason, mode, reference, ride, undoes, earned_with,
    base, rate, multiplier, capped_by
  FROM moved
  RETURNING balance_after;
END;

-- Signing in happens before any fleet is known. These three functions read past the tenant
-- policies, give what one credential needs, and take nothing but that credential.
CREATE POLICY credentials ON operator_assignment FOR SELECT TO kickstand_gate USING (true);
CREATE POLICY credentials ON subaccount FOR SELECT TO kickstand_gate USING (true);
CREATE POLICY credentials ON rider FOR SELECT TO kickstand_gate USING (true);
CREATE POLICY credentials ON customer FOR SELECT TO kickstand_gate USING (true);
CREATE POLICY credentials ON partner_key FOR SELECT TO kickstand_gate USING (true);
GRANT SELECT ON operator, operator_assignment, rider, partner_key TO kickstand_gate;
GRANT SELECT (id) ON subaccount TO kickstand_gate;
GRANT SELECT (subaccount_id, id, deleted_at) ON customer TO kickstand_gate;

CREATE FUNCTION sign_in_operator(token_issuer text, token_subject text)
RETURNS TABLE (operator_id text, operator_role text, operator_locale text, subaccounts text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  SELECT o.id, o.role, o.locale,
    CASE o.role
      WHEN 'SUPER_ADMIN' THEN ARRAY(SELECT s.id FROM subaccount s ORDER BY s.id)
      ELSE ARRAY(SELECT a.subaccount_id FROM operator_assignment a
                 WHERE a.operator_id = o.id ORDER BY a.subaccount_id)
    END
  FROM operator o
  WHERE o.issuer = token_issuer AND o.subject = token_subject;
END;

CREATE FUNCTION sign_in_rider(token_issuer text, token_subject text)
RETURNS TABLE (rider_subaccount text, rider_customer text, deleted boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  SELECT r.subaccount_id, r.customer_id, c.deleted_at IS NOT NULL
  FROM rider r
  JOIN customer c ON c.subaccount_id = r.subaccount_id AND c.id = r.customer_id
  WHERE r.issuer = token_issuer AND r.subject = token_subject
  ORDER BY r.subaccount_id;
END;

CREATE FUNCTION sign_in_partner(key_id text)
RETURNS TABLE (key_subaccount text, hash bytea, key_scopes text[], expires timestamptz,
               revoked timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  SELECT k.subaccount_id, k.secret_hash, k.scopes, k.expires_at, k.revoked_at
  FROM partner_key k
  WHERE k.id = key_id;
END;

-- A function's owner needs CREATE on its schema while it becomes the owner, and never after.
GRANT CREATE ON SCHEMA public TO kickstand_ledger, kickstand_gate;
ALTER FUNCTION post_entry OWNER TO kickstand_ledger;
ALTER FUNCTION sign_in_operator OWNER TO kickstand_gate;
ALTER FUNCTION sign_in_rider OWNER TO kickstand_gate;
ALTER FUNCTION sign_in_partner OWNER TO kickstand_gate;
REVOKE CREATE ON SCHEMA public FROM kickstand_ledger, kickstand_gate;

REVOKE ALL ON FUNCTION post_entry, sign_in_operator, sign_in_rider, sign_in_partner FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO kickstand_app, kickstand_ledger, kickstand_gate;
GRANT EXECUTE ON FUNCTION post_entry, sign_in_operator, sign_in_rider, sign_in_partner
  TO kickstand_app;

-- The owner took the ledger's part to hand the function over. It keeps the gate's, by whose
-- policies the command line finds fleets and customers to make credentials for.
REVOKE kickstand_ledger FROM CURRENT_USER;
