-- The only ways to write a customer, and the counters and texts that follow each write.

DO $$
BEGIN
  CREATE ROLE kickstand_finder NOLOGIN NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;  -- another database of the cluster made it
END $$;
-- Taken to hand the functions over, and given back at the end.
GRANT kickstand_ledger, kickstand_finder TO CURRENT_USER;

ALTER TABLE customer_search ENABLE ROW LEVEL SECURITY;
ALTER TABLE customer_search FORCE ROW LEVEL SECURITY;
CREATE POLICY own_subaccounts ON customer_search
  USING (subaccount_id = ANY (string_to_array(current_setting('app.subaccounts', true), ',')));
ALTER TABLE customer_tally ENABLE ROW LEVEL SECURITY;
ALTER TABLE customer_tally FORCE ROW LEVEL SECURITY;
CREATE POLICY own_subaccounts ON customer_tally
  USING (subaccount_id = ANY (string_to_array(current_setting('app.subaccounts', true), ',')));

GRANT SELECT ON customer_tally TO kickstand_app;
GRANT SELECT, INSERT, UPDATE ON customer, customer_search, customer_tally TO kickstand_ledger;
GRANT INSERT, UPDATE (closed, last_earned_at) ON account TO kickstand_ledger;

-- Where this transaction counts: in the first slot, from that of its connection on, which it holds
-- already or nobody does; so that up to 64 transactions of a fleet never wait for each other. The
-- lock is for choosing alone, and costs no write.
CREATE FUNCTION tally_slot(fleet text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  own CONSTANT integer := pg_backend_pid() % 64;
BEGIN
  FOR slot IN own .. own + 63 LOOP
    IF pg_try_advisory_xact_lock(hashtext(fleet), slot % 64) THEN
      RETURN slot % 64;
    END IF;
  END LOOP;
  RETURN own;  -- and wait
END $$;

-- Count a customer as it is; with -1, no longer.
CREATE FUNCTION count_customer(c customer, times integer) RETURNS void LANGUAGE sql
BEGIN ATOMIC
  INSERT INTO customer_tally AS t
    (subaccount_id, slot, total, active, blocked, identity_required, deleted)
  SELECT c.subaccount_id, tally_slot(c.subaccount_id), alive,
    alive * (c.completed_rides > 0)::integer, alive * (c.blocked_at IS NOT NULL)::integer,
    alive * (c.identity_required AND c.identity_status <> 'VERIFIED')::integer, times - alive
  FROM (SELECT times * (NOT c.deleted)::integer AS alive) counted
  ON CONFLICT (subaccount_id, slot) DO UPDATE SET total = t.total + excluded.total,
    active = t.active + excluded.active, blocked = t.blocked + excluded.blocked,
    identity_required = t.identity_required + excluded.identity_required,
    deleted = t.deleted + excluded.deleted;
END;

-- Count what an account holds; with -1, no longer. What a closed one holds is in no sum (CUS-5).
CREATE FUNCTION count_account(a account, times integer) RETURNS void LANGUAGE sql
BEGIN ATOMIC
  INSERT INTO customer_tally AS t
    (subaccount_id, slot, with_debt, wallet_value, bonuses, debt, members, points)
  SELECT a.subaccount_id, tally_slot(a.subaccount_id),
    CASE a.kind WHEN 'BALANCE' THEN times * (a.balance < 0)::integer ELSE 0 END,
    CASE a.kind WHEN 'BALANCE' THEN times * a.balance ELSE 0 END,
    CASE a.kind WHEN 'BONUS' THEN times * a.balance ELSE 0 END,
    CASE a.kind WHEN 'BALANCE' THEN times * greatest(-a.balance, 0) ELSE 0 END,
    CASE a.kind WHEN 'POINTS' THEN times * (a.head_seq IS NOT NULL)::integer ELSE 0 END,
    CASE a.kind WHEN 'POINTS' THEN times * a.balance ELSE 0 END
  WHERE NOT a.closed
  ON CONFLICT (subaccount_id, slot) DO UPDATE SET with_debt = t.with_debt + excluded.with_debt,
    wallet_value = t.wallet_value + excluded.wallet_value, bonuses = t.bonuses + excluded.bonuses,
    debt = t.debt + excluded.debt, members = t.members + excluded.members,
    points = t.points + excluded.points;
END;

-- What a customer is found by: the name and the number; the email and the phone's digits.
CREATE FUNCTION searchable(c customer) RETURNS customer_search LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT c.subaccount_id, c.id, c.name_key || ' ' || c.number,
    concat_ws(' ', folded(c.email), regexp_replace(c.phone, '\D', '', 'g'));
END;

-- Write a new customer with its accounts; `given` has the columns of the table. Where the number,
-- the email or another key is taken, the unique constraint says so. Where no number is given it is the
-- one after the fleet's highest, whatever wrote that. Signups of a fleet queue here until the one
-- before them has ended, so that they leave no gap whether it commits or not (CUS-1); what they do
-- before they do side by side.
CREATE FUNCTION add_customer(given jsonb) RETURNS void
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

-- Change some columns of a customer: those that `changes` names, null included (GEN-1). The row
-- stays locked until the transaction ends. False where there is no such customer.
CREATE FUNCTION change_customer(subaccount text, customer_id text, changes jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before customer;
  after customer;
  held account;
BEGIN
  SELECT * INTO before FROM customer c WHERE c.subaccount_id = subaccount AND c.id = customer_id
  FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  after := jsonb_populate_record(before, changes);
  UPDATE customer c SET
    name = after.name, email = after.email, phone = after.phone, device_os = after.device_os,
    locale = after.locale, region_id = after.region_id, last_active_at = after.last_active_at,
    blocked_at = after.blocked_at, blocked_reason = after.blocked_reason,
    deleted_at = after.deleted_at, stripe_customer_id = after.stripe_customer_id,
    completed_rides = after.completed_rides, total_spent = after.total_spent,
    identity_required = after.identity_required, identity_status = after.identity_status
  WHERE c.subaccount_id = subaccount AND c.id = customer_id
  RETURNING * INTO after;
  PERFORM count_customer(before, -1);
  PERFORM count_customer(after, 1);
  IF (before.name, before.email, before.phone) IS DISTINCT FROM
    (after.name, after.email, after.phone) THEN
    UPDATE customer_search s
    SET (words, contact) = (SELECT f.words, f.contact FROM searchable(after) f)
    WHERE s.subaccount_id = subaccount AND s.customer_id = after.id;
  END IF;
  IF before.deleted IS DISTINCT FROM after.deleted THEN
    FOR held IN
      SELECT * FROM account a WHERE a.subaccount_id = subaccount AND a.customer_id = after.id
      ORDER BY a.kind FOR NO KEY UPDATE
    LOOP
      PERFORM count_account(held, -1);
      held.closed := after.deleted;
      PERFORM count_account(held, 1);
    END LOOP;
    UPDATE account a SET closed = after.deleted
    WHERE a.subaccount_id = subaccount AND a.customer_id = after.id;
  END IF;
  RETURN true;
END $$;

-- As it was, but that it counts what it moves, and moves nothing in the account of a deleted
-- customer (CUS-5): NULL then too.
CREATE OR REPLACE FUNCTION post_entry(
  subaccount text, customer text, account_kind text, change bigint, floor bigint, entry_id text,
  operation text, entry_kind text, who text, words text DEFAULT NULL, reason text DEFAULT NULL,
  mode text DEFAULT NULL, reference text DEFAULT NULL, ride text DEFAULT NULL,
  undoes text DEFAULT NULL, earned_with text DEFAULT NULL, base numeric DEFAULT NULL,
  rate numeric DEFAULT NULL, multiplier numeric DEFAULT NULL, capped_by bigint DEFAULT NULL
) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  WITH moved AS (
    UPDATE account SET balance = balance + change, head_seq = coalesce(head_seq, 0) + 1,
      last_earned_at = CASE WHEN kind = 'POINTS' AND entry_kind = 'EARN'
        THEN clock_timestamp() ELSE last_earned_at END
    WHERE subaccount_id = subaccount AND customer_id = customer AND kind = account_kind
      AND NOT closed AND (floor IS NULL OR balance + change >= floor)
    RETURNING *
  ), difference AS (
    SELECT subaccount_id,
      (kind = 'BALANCE')::integer AS money, (kind = 'BONUS')::integer AS bonus,
      (kind = 'POINTS')::integer AS points, balance AS after, balance - change AS before,
      (head_seq = 1)::integer AS first
    FROM moved
  ), counted AS (
    INSERT INTO customer_tally AS t (
      subaccount_id, slot, with_debt, wallet_value, bonuses, debt, members, points, issued, redeemed)
    SELECT subaccount_id, tally_slot(subaccount_id),
      money * ((after < 0)::integer - (before < 0)::integer), money * change,
      bonus * change, money * (greatest(-after, 0) - greatest(-before, 0)),
      points * first, points * change,
      points * (entry_kind IN ('EARN', 'BONUS', 'ADJUSTMENT'))::integer * greatest(change, 0),
      points * (entry_kind = 'REDEEM')::integer * -change
    FROM difference
    ON CONFLICT (subaccount_id, slot) DO UPDATE SET with_debt = t.with_debt + excluded.with_debt,
      wallet_value = t.wallet_value + excluded.wallet_value,
      bonuses = t.bonuses + excluded.bonuses, debt = t.debt + excluded.debt,
      members = t.members + excluded.members, points = t.points + excluded.points,
      issued = t.issued + excluded.issued, redeemed = t.redeemed + excluded.redeemed
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

-- Search texts and counters of a fleet anew, from its rows: after rows were loaded past the
-- functions above, and while nobody writes. For the owner, with the fleet in app.subaccounts.
CREATE FUNCTION recount_customers(fleet text) RETURNS void LANGUAGE sql
BEGIN ATOMIC
  UPDATE account a SET closed = c.deleted FROM customer c
  WHERE a.subaccount_id = fleet AND c.subaccount_id = fleet AND c.id = a.customer_id
    AND a.closed <> c.deleted;
  DELETE FROM customer_search WHERE subaccount_id = fleet;
  INSERT INTO customer_search
  SELECT f.* FROM customer c, searchable(c) f WHERE c.subaccount_id = fleet;
  DELETE FROM customer_tally WHERE subaccount_id = fleet;
  INSERT INTO customer_tally (
    subaccount_id, slot, total, active, blocked, identity_required, deleted, with_debt,
    wallet_value, bonuses, debt, members, points, issued, redeemed)
  SELECT fleet, 0, c.total, c.active, c.blocked, c.identity_required, c.deleted, a.with_debt,
    a.wallet_value, a.bonuses, a.debt, a.members, a.points, e.issued, e.redeemed
  FROM (
    SELECT count(*) FILTER (WHERE NOT deleted) AS total,
      count(*) FILTER (WHERE NOT deleted AND completed_rides > 0) AS active,
      count(*) FILTER (WHERE NOT deleted AND blocked_at IS NOT NULL) AS blocked,
      count(*) FILTER (WHERE NOT deleted AND identity_required AND identity_status <> 'VERIFIED')
        AS identity_required,
      count(*) FILTER (WHERE deleted) AS deleted
    FROM customer WHERE subaccount_id = fleet
  ) c, (
    SELECT count(*) FILTER (WHERE kind = 'BALANCE' AND balance < 0) AS with_debt,
      coalesce(sum(balance) FILTER (WHERE kind = 'BALANCE'), 0) AS wallet_value,
      coalesce(sum(balance) FILTER (WHERE kind = 'BONUS'), 0) AS bonuses,
      coalesce(-sum(balance) FILTER (WHERE kind = 'BALANCE' AND balance < 0), 0) AS debt,
      count(*) FILTER (WHERE kind = 'POINTS' AND head_seq IS NOT NULL) AS members,
      coalesce(sum(balance) FILTER (WHERE kind = 'POINTS'), 0) AS points
    FROM account WHERE subaccount_id = fleet AND NOT closed
  ) a, (
    SELECT coalesce(sum(amount) FILTER (
        WHERE kind IN ('EARN', 'BONUS', 'ADJUSTMENT') AND amount > 0), 0) AS issued,
      coalesce(-sum(amount) FILTER (WHERE kind = 'REDEEM'), 0) AS redeemed
    FROM entry WHERE subaccount_id = fleet AND account = 'POINTS'
  ) e;
END;

-- What was there before. The owner finds the fleets by the gate's policies.
DO $$
DECLARE
  fleet text;
BEGIN
  FOR fleet IN SELECT id FROM subaccount LOOP
    PERFORM set_config('app.subaccounts', fleet, true);
    UPDATE account a SET last_earned_at = e.at FROM (
      SELECT customer_id, max(created_at) AS at FROM entry
      WHERE subaccount_id = fleet AND account = 'POINTS' AND kind = 'EARN' GROUP BY customer_id
    ) e WHERE a.subaccount_id = fleet AND a.customer_id = e.customer_id AND a.kind = 'POINTS';
    PERFORM recount_customers(fleet);
  END LOOP;
  PERFORM set_config('app.subaccounts', '', true);
END $$;
-- Checked now: a later revision of this transaction alters no table that has checks to come.
SET CONSTRAINTS ALL IMMEDIATE;

GRANT CREATE ON SCHEMA public TO kickstand_ledger;
ALTER FUNCTION add_customer OWNER TO kickstand_ledger;
ALTER FUNCTION change_customer OWNER TO kickstand_ledger;
REVOKE CREATE ON SCHEMA public FROM kickstand_ledger;
REVOKE ALL ON FUNCTION
  add_customer, change_customer, count_customer, count_account, searchable, recount_customers
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_customer, count_account, searchable TO kickstand_ledger;
GRANT EXECUTE ON FUNCTION add_customer, change_customer TO kickstand_app;
