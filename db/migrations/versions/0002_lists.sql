-- How the customers page finds its rows. Under row security an index serves hardly any function, so
-- the two functions at the end belong to a role that reads past the policies. They name the fleet
-- themselves, and one that the transaction's setting does not hold has no rows.

CREATE POLICY lists ON customer FOR SELECT TO kickstand_finder USING (true);
CREATE POLICY lists ON customer_search FOR SELECT TO kickstand_finder USING (true);
CREATE POLICY lists ON account FOR SELECT TO kickstand_finder USING (true);
CREATE POLICY lists ON phone_lookup FOR SELECT TO kickstand_finder USING (true);
CREATE POLICY lists ON payment_method FOR SELECT TO kickstand_finder USING (true);
CREATE POLICY lists ON ride FOR SELECT TO kickstand_finder USING (true);
CREATE POLICY lists ON loyalty_member FOR SELECT TO kickstand_finder USING (true);
CREATE POLICY lists ON customer_tally FOR SELECT TO kickstand_finder USING (true);
GRANT USAGE ON SCHEMA public TO kickstand_finder;
GRANT SELECT ON customer, customer_search, customer_tally, account TO kickstand_finder;
GRANT SELECT (subaccount_id, customer_id, risk_level) ON phone_lookup TO kickstand_finder;
GRANT SELECT (subaccount_id, customer_id) ON payment_method TO kickstand_finder;
GRANT SELECT (subaccount_id, customer_id, status) ON ride TO kickstand_finder;
GRANT SELECT (subaccount_id, customer_id, tier_id) ON loyalty_member TO kickstand_finder;

-- What is asked of a fleet's customers; null asks for nothing.
CREATE TYPE customer_question AS (
  fleet text,
  rider text,
  tab text,
  words jsonb,
  contact boolean,
  region_ids text[],
  device_os text[],
  joined_from timestamptz,
  joined_to timestamptz,
  last_active_from timestamptz,
  last_active_to timestamptz,
  phone_risk_levels text[],
  has_payment_method boolean,
  has_active_ride boolean,
  tier_ids text[],
  member boolean
);
COMMENT ON COLUMN customer_question.rider IS 'the only customer that exists for the caller';
COMMENT ON COLUMN customer_question.words IS 'a list of words, each a list of ways to write it';
COMMENT ON COLUMN customer_question.contact IS 'whether words may be found in email and phone';
COMMENT ON COLUMN customer_question.member IS 'whether they have a line in the points ledger';

-- What a search asks of the texts `s`: each word is a part of one of them. From two letters on the
-- index can be asked as well: for three at a time, which are rarer, where there are so many.
CREATE FUNCTION search_conditions(words jsonb, contact boolean, by_index boolean) RETURNS text
LANGUAGE sql STABLE
RETURN (
  SELECT string_agg((
      SELECT '(' || string_agg(concat(
          CASE WHEN by_index AND length(way) > 1
            THEN 'grams(s.words || '' '' || s.contact) @> ' || quote_literal(ARRAY(
              SELECT gram FROM unnest(grams(way)) gram WHERE length(gram) = least(length(way), 3)
            )) || ' AND ' END,
          '(strpos(s.words, ' || quote_literal(way) || ') > 0',
          CASE WHEN contact THEN ' OR strpos(s.contact, ' || quote_literal(way) || ') > 0' END,
          ')'), ' OR ') || ')'
      FROM (SELECT DISTINCT folded(way) AS way FROM jsonb_array_elements_text(word) way) ways
    ), ' AND ')
  FROM jsonb_array_elements(words) word);

-- Everything that is asked of the customer `c`, but for the fleet and whether it is deleted; null
-- where nothing is.
CREATE FUNCTION customer_conditions(asked customer_question, by_index boolean) RETURNS text
LANGUAGE sql STABLE
RETURN (
  SELECT string_agg(condition, ' AND ') FROM (VALUES
    (CASE asked.tab
      WHEN 'ACTIVE' THEN 'c.completed_rides > 0'
      WHEN 'BLOCKED' THEN 'c.blocked_at IS NOT NULL'
      WHEN 'UNBLOCKED' THEN 'c.blocked_at IS NULL'
      WHEN 'IDENTITY_REQUIRED' THEN 'c.identity_required AND c.identity_status <> ''VERIFIED'''
      WHEN 'WITH_DEBT' THEN 'EXISTS (SELECT FROM account d WHERE d.subaccount_id = c.subaccount_id
        AND d.customer_id = c.id AND d.kind = ''BALANCE'' AND NOT d.closed AND d.balance < 0)'
    END),
    ('c.id = ' || quote_literal(asked.rider)),
    ('c.region_id = ANY (' || quote_literal(asked.region_ids) || ')'),
    ('c.device_os = ANY (' || quote_literal(asked.device_os) || ')'),
    ('c.joined_at >= ' || quote_literal(asked.joined_from)),
    ('c.joined_at < ' || quote_literal(asked.joined_to)),
    ('coalesce(c.last_active_at, ''-infinity'') >= ' || quote_literal(asked.last_active_from)),
    ('coalesce(c.last_active_at, ''infinity'') < ' || quote_literal(asked.last_active_to)),
    ('EXISTS (SELECT FROM phone_lookup p WHERE p.subaccount_id = c.subaccount_id
      AND p.customer_id = c.id AND p.risk_level = ANY ('
      || quote_literal(asked.phone_risk_levels) || '))'),
    (CASE asked.has_payment_method WHEN true THEN '' WHEN false THEN 'NOT ' END
      || 'EXISTS (SELECT FROM payment_method m WHERE m.subaccount_id = c.subaccount_id
        AND m.customer_id = c.id)'),
    (CASE asked.has_active_ride WHEN true THEN '' WHEN false THEN 'NOT ' END
      || 'EXISTS (SELECT FROM ride r WHERE r.subaccount_id = c.subaccount_id
        AND r.customer_id = c.id AND r.status = ''ACTIVE'')'),
    ('EXISTS (SELECT FROM loyalty_member l WHERE l.subaccount_id = c.subaccount_id
      AND l.customer_id = c.id AND l.tier_id = ANY (' || quote_literal(asked.tier_ids) || '))'),
    (CASE WHEN asked.member THEN 'EXISTS (SELECT FROM account m
      WHERE m.subaccount_id = c.subaccount_id AND m.customer_id = c.id AND m.kind = ''POINTS''
      AND m.head_seq IS NOT NULL)' END),
    ('EXISTS (SELECT FROM customer_search s WHERE s.subaccount_id = c.subaccount_id
      AND s.customer_id = c.id AND '
      || search_conditions(asked.words, asked.contact, by_index) || ')')
  ) asking (condition)
  WHERE condition IS NOT NULL);

-- Conditions on the key that a page is sorted by, so that a walk begins where the first can be.
CREATE FUNCTION key_conditions(asked customer_question, sort text, key text) RETURNS text
LANGUAGE sql STABLE
RETURN concat(
  CASE WHEN sort = 'RIDES' AND asked.tab = 'ACTIVE' THEN ' AND completed_rides > 0' END,
  CASE WHEN sort = 'WALLET_BALANCE' AND asked.tab = 'WITH_DEBT' THEN ' AND balance < 0' END,
  CASE WHEN sort = 'JOINED' THEN ' AND joined_at >= ' || quote_literal(asked.joined_from) END,
  CASE WHEN sort = 'JOINED' THEN ' AND joined_at < ' || quote_literal(asked.joined_to) END,
  -- Nobody is active before they join, to the minute: a constraint of the table says so.
  CASE WHEN sort = 'JOINED' THEN ' AND joined_at < '
    || quote_literal(asked.last_active_to + interval '1 minute') END,
  CASE WHEN sort = 'LAST_ACTIVE'
    THEN format(' AND %s >= ', key) || quote_literal(asked.last_active_from) END,
  CASE WHEN sort = 'LAST_ACTIVE'
    THEN format(' AND %s < ', key) || quote_literal(asked.last_active_to) END);

-- Whether the fleet is one of the transaction's; an unset setting holds none.
CREATE FUNCTION in_setting(fleet text) RETURNS boolean LANGUAGE sql STABLE
RETURN coalesce(fleet = ANY (string_to_array(current_setting('app.subaccounts', true), ',')), false);

-- How many customers a fleet has in all. Of a few every question looks at each: it takes no longer
-- than to plan, and needs no statistics, which a new fleet does not have.
CREATE FUNCTION fleet_size(fleet text) RETURNS bigint LANGUAGE sql STABLE
RETURN (SELECT coalesce(sum(t.total + t.deleted), 0) FROM customer_tally t
  WHERE t.subaccount_id = fleet);

-- Whether the planner has heard of a fleet's customers and of their texts. Of those that were just
-- imported it may not have, and would compare every customer with every text; looking at each is slow,
-- but once.
CREATE FUNCTION is_known(fleet text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  size CONSTANT bigint := fleet_size(fleet);
  kept text;
  plan json;
BEGIN
  FOREACH kept IN ARRAY ARRAY['customer', 'customer_search'] LOOP
    EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM %I WHERE subaccount_id = %L', kept, fleet)
      INTO plan;
    IF (plan #>> '{0,Plan,Plan Rows}')::float < size / 4.0 THEN
      RETURN false;
    END IF;
  END LOOP;
  RETURN true;
END $$;

-- Whether the customer that `page` names answers, as a condition: one look at a time, since OFFSET
-- keeps the planner from looking at all of them first. Where nothing is asked of the customer's own
-- row, but of other tables only, it is not looked up. It is, by its id alone: where the planner has not
-- heard of a fleet, any index that begins with the fleet looks as good, and holds all of it.
CREATE FUNCTION looked_at(fleet text, conditions text) RETURNS text LANGUAGE sql IMMUTABLE STRICT
RETURN format('EXISTS (SELECT FROM %s c WHERE c.subaccount_id || '''' = %L AND c.id = page.id AND %s'
  ' OFFSET 0)',
  CASE WHEN conditions ~ '\mc\.(?!subaccount_id\M|id\M)' THEN 'customer'
    ELSE format('(SELECT %L AS subaccount_id, page.id)', fleet) END,
  fleet, conditions);

-- The ids of a page: at most `size` customers that answer to a question, sorted, behind a place; of
-- a page backward those before it, in the opposite order.
--
-- There are two ways to a page, and each is slow where the other is quick. To walk the index of the
-- order, looking at every customer on the way, is quick where many answer. To gather all who answer,
-- and sort them, is quick where they are few. The planner could not choose: it takes a filter and an
-- order, and the letters of a word, for independent. So walk a little. Who was met, and whom the planner
-- expects in all, tell how far the page may be: walk on where that is less than gathering would cost, or
-- where the order goes along what is asked for; and give up when it has cost as much.
CREATE FUNCTION listed_customers(
  question jsonb, sort text, descending boolean, backward boolean, place_key text, place_id text,
  size integer
) RETURNS text[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET max_parallel_workers_per_gather = 0 SET jit = off SET random_page_cost = 1.1
SET enable_hashagg = off AS $$  -- sorted, what is looked up lies side by side
DECLARE
  small CONSTANT integer := 4000;
  near CONSTANT integer := 1000;
  step CONSTANT float := 2;  -- what a row costs on a walk, as the planner reckons
  asked CONSTANT customer_question := jsonb_populate_record(NULL::customer_question, question);
  gone CONSTANT boolean := asked.tab = 'DELETED';
  downward CONSTANT boolean := descending <> backward;
  kind CONSTANT text := CASE sort WHEN 'WALLET_BALANCE' THEN 'BALANCE' WHEN 'BONUS' THEN 'BONUS' END;
  id CONSTANT text := CASE WHEN kind IS NULL THEN 'id' ELSE 'customer_id' END;
  key CONSTANT text := CASE sort
    WHEN 'NAME' THEN 'name_key'
    WHEN 'CUSTOMER_NUMBER' THEN 'number'
    WHEN 'RIDES' THEN 'completed_rides'
    WHEN 'JOINED' THEN 'joined_at'
    WHEN 'LAST_ACTIVE' THEN format('coalesce(last_active_at, %L)',
      CASE WHEN descending THEN '-infinity' ELSE 'infinity' END)
    ELSE 'balance' END;
  way CONSTANT text := CASE WHEN downward THEN 'DESC' ELSE 'ASC' END;
  past CONSTANT text := CASE WHEN place_id IS NULL THEN '' ELSE format(' AND (%s, %s) %s (%L%s, %L)',
    key, id, CASE WHEN downward THEN '<' ELSE '>' END, place_key,
    CASE sort WHEN 'RIDES' THEN '::bigint' END,  -- as any number that a cursor may hold
    place_id) END;
  bounds CONSTANT text := key_conditions(asked, sort, key);
  conditions CONSTANT text := customer_conditions(asked, false);
  walk CONSTANT text := format(
    'SELECT %s AS id, %s AS key FROM %s AND subaccount_id = %L%s%s ORDER BY %s %s, %s %s LIMIT $1',
    id, key, CASE WHEN kind IS NULL THEN format('customer WHERE deleted = %L', gone)
      ELSE format('account WHERE kind = %L AND closed = %L', kind, gone) END,
    asked.fleet, bounds, past, key, way, id, way);
  look CONSTANT text := format('SELECT ARRAY(SELECT id FROM (%s) page%s LIMIT %s)',
    walk, ' WHERE ' || looked_at(asked.fleet, conditions), size);
  gather CONSTANT text := format(
    'WITH page AS MATERIALIZED (SELECT c.id, %s AS key FROM customer c%s WHERE c.subaccount_id = %L'
    ' AND c.deleted = %L AND %s%s) SELECT id FROM page ORDER BY key %s, id %s LIMIT %s',
    key, format(' JOIN account k ON k.subaccount_id = c.subaccount_id AND k.customer_id = c.id'
      ' AND k.closed = %L AND k.kind = ', gone) || quote_literal(kind),
    asked.fleet, gone, customer_conditions(asked, true), past, way, way, size);
  plan json;
  far float;
  met float;
  likely float;
  found text[];
BEGIN
  IF NOT in_setting(asked.fleet) THEN
    RETURN '{}';
  ELSIF conditions IS NULL THEN
    EXECUTE look INTO found USING size;
    RETURN found;
  ELSIF fleet_size(asked.fleet) <= small THEN
    EXECUTE look INTO found USING small;
    RETURN found;
  END IF;
  EXECUTE look INTO found USING near;
  IF cardinality(found) < size AND NOT is_known(asked.fleet) THEN
    EXECUTE look INTO found USING fleet_size(asked.fleet);
    RETURN found;
  ELSIF cardinality(found) < size THEN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || gather INTO plan;
    far := (plan #>> '{0,Plan,Total Cost}')::float / step;
    met := greatest(cardinality(found), 0.5);
    likely := near * (plan #>> '{0,Plan,Plans,0,Plan Rows}')::float / fleet_size(asked.fleet);
    IF met < likely / 8 AND bounds = '' THEN
      far := far / 3;  -- they seem to be at the other end
    ELSIF size * near / greatest(met, likely) > far AND bounds = '' THEN
      far := 0;
    END IF;
    IF far > near THEN
      EXECUTE look INTO found USING ceil(far)::bigint;
    END IF;
  END IF;
  IF cardinality(found) < size THEN
    EXECUTE 'SELECT ARRAY(' || gather || ')' INTO found;
  END IF;
  RETURN found;
END $$;

-- How many customers answer to a question; counting stops at `most`.
CREATE FUNCTION counted_customers(question jsonb, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET max_parallel_workers_per_gather = 0 SET jit = off SET random_page_cost = 1.1 AS $$
DECLARE
  small CONSTANT integer := 4000;
  asked CONSTANT customer_question := jsonb_populate_record(NULL::customer_question, question);
  gone CONSTANT boolean := asked.tab = 'DELETED';
  found integer;
BEGIN
  IF NOT in_setting(asked.fleet) THEN
    RETURN 0;
  ELSIF fleet_size(asked.fleet) > small AND is_known(asked.fleet) THEN
    EXECUTE format('SELECT count(*) FROM (SELECT FROM customer c WHERE c.subaccount_id = %L'
      ' AND c.deleted = %L%s LIMIT %s) answers',
      asked.fleet, gone, ' AND ' || customer_conditions(asked, true), most) INTO found;
  ELSE
    EXECUTE format('SELECT count(*) FROM (SELECT FROM customer page WHERE subaccount_id = %L'
      ' AND deleted = %L%s LIMIT %s) answers',
      asked.fleet, gone, ' AND ' || looked_at(asked.fleet, customer_conditions(asked, false)), most)
      INTO found;
  END IF;
  RETURN found;
END $$;

GRANT CREATE ON SCHEMA public TO kickstand_finder;
ALTER FUNCTION listed_customers OWNER TO kickstand_finder;
ALTER FUNCTION counted_customers OWNER TO kickstand_finder;
REVOKE CREATE ON SCHEMA public FROM kickstand_finder;
REVOKE ALL ON FUNCTION
  search_conditions, customer_conditions, key_conditions, in_setting, fleet_size, is_known,
  looked_at, listed_customers, counted_customers
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  search_conditions, customer_conditions, key_conditions, in_setting, fleet_size, is_known,
  looked_at
  TO kickstand_finder;
GRANT EXECUTE ON FUNCTION listed_customers, counted_customers TO kickstand_app;
REVOKE kickstand_ledger, kickstand_finder FROM CURRENT_USER;
