-- What the customers page reads: sort keys, texts to search in, and counters.

-- A text as it is searched and sorted: without case, accents and ligatures, and with one sigma for
-- the end of a word as well. IMMUTABLE, as an index needs it: the dictionary that unaccent reads is
-- never changed under a database.
CREATE FUNCTION folded(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(lower(public.unaccent('public.unaccent',
  regexp_replace(normalize(lower(words), NFKD), '[\u0300-\u036f]', '', 'g'))), 'ς', 'σ');

-- Every two and every three neighbouring letters of a text: any part of it that has two letters or
-- more is made of them, and so an index finds it. A loop, since nothing set-based was as quick.
CREATE FUNCTION grams(words text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  letters CONSTANT text[] := string_to_array(words, NULL);
  last CONSTANT integer := cardinality(letters);
  pair text;
  found text[] := '{}';
BEGIN
  FOR place IN 1 .. last - 1 LOOP
    pair := letters[place] || letters[place + 1];
    found := found || pair;
    IF place < last - 1 THEN
      found := found || (pair || letters[place + 2]);
    END IF;
  END LOOP;
  RETURN found;
END $$;

ALTER TABLE customer
  ADD COLUMN deleted boolean GENERATED ALWAYS AS (deleted_at IS NOT NULL) STORED NOT NULL,
  ADD COLUMN name_key text COLLATE "C" GENERATED ALWAYS AS (folded(name)) STORED NOT NULL,
  ADD CONSTRAINT ck_customer_active_once_joined
    CHECK (last_active_at > joined_at - interval '1 minute');
-- `closed` follows the customer's deletion, so that sums and lists need not look it up.
ALTER TABLE account
  ADD COLUMN closed boolean NOT NULL DEFAULT false,
  ADD COLUMN last_earned_at timestamptz;

-- One index an order. Without an activity a customer comes last, whichever way.
DROP INDEX ix_customer_joined;
CREATE INDEX ix_customer_joined ON customer (subaccount_id, deleted, joined_at, id);
CREATE INDEX ix_customer_name ON customer (subaccount_id, deleted, name_key, id);
CREATE INDEX ix_customer_number ON customer (subaccount_id, deleted, number, id);
CREATE INDEX ix_customer_rides ON customer (subaccount_id, deleted, completed_rides, id);
CREATE INDEX ix_customer_active_up
  ON customer (subaccount_id, deleted, coalesce(last_active_at, 'infinity'), id);
CREATE INDEX ix_customer_active_down
  ON customer (subaccount_id, deleted, coalesce(last_active_at, '-infinity'), id);
CREATE INDEX ix_account_balance ON account (subaccount_id, kind, closed, balance, customer_id);

-- By which those who were gathered are looked up: half of what the long key takes.
CREATE INDEX ix_customer_id ON customer USING hash (id);

-- One index a filter, for those that may leave little.
CREATE INDEX ix_customer_blocked ON customer (subaccount_id, id) WHERE blocked_at IS NOT NULL;
CREATE INDEX ix_customer_identity_missing
  ON customer (subaccount_id, id) WHERE identity_required AND identity_status <> 'VERIFIED';
CREATE INDEX ix_customer_region ON customer (subaccount_id, region_id);
CREATE INDEX ix_customer_device ON customer (subaccount_id, device_os);
CREATE INDEX ix_phone_lookup_level ON phone_lookup (subaccount_id, risk_level, customer_id);

-- In a table of its own: the customer's row changes with every ride, these texts hardly ever.
CREATE TABLE customer_search (
  subaccount_id text NOT NULL,
  customer_id text NOT NULL,
  words text NOT NULL,
  contact text NOT NULL,
  CONSTRAINT pk_customer_search PRIMARY KEY (subaccount_id, customer_id),
  CONSTRAINT fk_customer_search_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id)
);
CREATE INDEX ix_customer_search_grams
  ON customer_search USING gin (subaccount_id, grams(words || ' ' || contact));
-- There are some thousands of them; the planner has to know how common each is.
ALTER INDEX ix_customer_search_grams ALTER COLUMN 2 SET STATISTICS 500;

-- A fleet's counters, as differences in a few slots: their sums count. A transaction adds to a
-- slot that no other holds, so that the writes of a fleet do not queue on one row.
CREATE TABLE customer_tally (
  subaccount_id text NOT NULL,
  slot smallint NOT NULL,
  total bigint DEFAULT '0' NOT NULL,
  active bigint DEFAULT '0' NOT NULL,
  blocked bigint DEFAULT '0' NOT NULL,
  identity_required bigint DEFAULT '0' NOT NULL,
  with_debt bigint DEFAULT '0' NOT NULL,
  deleted bigint DEFAULT '0' NOT NULL,
  wallet_value bigint DEFAULT '0' NOT NULL,
  bonuses bigint DEFAULT '0' NOT NULL,
  debt bigint DEFAULT '0' NOT NULL,
  members bigint DEFAULT '0' NOT NULL,
  points bigint DEFAULT '0' NOT NULL,
  issued bigint DEFAULT '0' NOT NULL,
  redeemed bigint DEFAULT '0' NOT NULL,
  CONSTRAINT pk_customer_tally PRIMARY KEY (subaccount_id, slot),
  CONSTRAINT fk_customer_tally_subaccount_id FOREIGN KEY(subaccount_id) REFERENCES subaccount (id),
  CONSTRAINT ck_customer_tally_slot CHECK (slot BETWEEN 0 AND 63)
) WITH (fillfactor = 50);
