-- How jobs are taken, tried again and buried. A worker works for all fleets, so it may do nothing to
-- a job but by these functions, whose owner reads past the tenant policies.

DO $$
BEGIN
  CREATE ROLE kickstand_dispatcher NOLOGIN NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;  -- another database of the cluster made it
END $$;
GRANT kickstand_dispatcher TO CURRENT_USER;

-- `holder` is who is at a job: another name each time that it is taken. While somebody is, `due_at` is
-- when it is due again if they died. `failure` names what went wrong the last time, and nobody.
ALTER TABLE job
  ADD tries integer NOT NULL DEFAULT 0,
  ADD crashes integer NOT NULL DEFAULT 0,
  ADD holder text,
  ADD failure text,
  ADD dead_at timestamptz,
  ADD CONSTRAINT ck_job_counts CHECK (tries >= 0 AND crashes >= 0),
  ADD CONSTRAINT ck_job_dead CHECK (dead_at IS NULL OR holder IS NULL);
CREATE INDEX ix_job_due_at ON job (due_at) WHERE dead_at IS NULL;
CREATE INDEX ix_job_dead_at ON job (dead_at) WHERE dead_at IS NOT NULL;
CREATE INDEX ix_idempotency_created_at ON idempotency (created_at);

CREATE POLICY dispatch ON job TO kickstand_dispatcher USING (true);
CREATE POLICY retention ON idempotency TO kickstand_dispatcher USING (true);
CREATE POLICY retention ON push TO kickstand_dispatcher USING (true);
GRANT USAGE ON SCHEMA public TO kickstand_dispatcher;
GRANT SELECT, DELETE, UPDATE (tries, crashes, holder, failure, due_at, dead_at) ON job
  TO kickstand_dispatcher;
GRANT SELECT (caller_id, key, created_at), DELETE ON idempotency TO kickstand_dispatcher;
GRANT SELECT (subaccount_id, notification_id, token, sent_at), DELETE ON push
  TO kickstand_dispatcher;

-- Take up to `most` jobs that are due, for as long as the lease. One that is due although somebody
-- holds it was left by a crash. One that so many crashes left is dead: it may be what kills them.
CREATE FUNCTION take_jobs(
  new_holder text, kinds text[], most integer, lease interval, crashes_max integer
) RETURNS TABLE (
  subaccount text, job_id text, job_kind text, subject text, tried integer
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY WITH due AS (
    SELECT j.subaccount_id, j.id, j.crashes + (j.holder IS NOT NULL)::integer AS crashed
    FROM job j
    WHERE j.dead_at IS NULL AND j.due_at <= now() AND j.kind = ANY (kinds)
    ORDER BY j.due_at LIMIT most FOR NO KEY UPDATE SKIP LOCKED
  ), taken AS (
    UPDATE job j SET tries = j.tries + 1, crashes = d.crashed, due_at = now() + lease,
      holder = CASE WHEN d.crashed < crashes_max THEN new_holder END,
      dead_at = CASE WHEN d.crashed >= crashes_max THEN now() END,
      failure = CASE WHEN d.crashed > j.crashes THEN 'Crash' ELSE j.failure END
    FROM due d WHERE j.subaccount_id = d.subaccount_id AND j.id = d.id
    RETURNING j.*
  )
  SELECT t.subaccount_id, t.id, t.kind, t.subject_id, t.tries
  FROM taken t WHERE t.dead_at IS NULL;
END $$;

-- Go on holding jobs, given in three lists of the same length; gives those that are still held.
CREATE FUNCTION keep_jobs(fleets text[], ids text[], holders text[], lease interval)
RETURNS TABLE (kept_id text, kept_holder text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  UPDATE job j SET due_at = now() + lease
  FROM unnest(fleets, ids, holders) AS held (subaccount_id, id, holder)
  WHERE j.subaccount_id = held.subaccount_id AND j.id = held.id AND j.holder = held.holder
  RETURNING j.id, j.holder;
END;

-- Done. False where it is another's by now.
CREATE FUNCTION finish_job(fleet text, job_id text, by_holder text) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  WITH done AS (
    DELETE FROM job WHERE subaccount_id = fleet AND id = job_id AND holder = by_holder RETURNING id
  )
  SELECT EXISTS (SELECT FROM done);
END;

-- Give a job back, to be tried again after a while, or dead after so many tries. Without a failure
-- it was not tried at all.
CREATE FUNCTION return_job(
  fleet text, job_id text, by_holder text, why text, wait interval, tries_max integer
) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  WITH given_back AS (
    UPDATE job SET holder = NULL, due_at = now() + wait, failure = coalesce(why, failure),
      tries = tries - (why IS NULL)::integer,
      dead_at = CASE WHEN why IS NOT NULL AND tries >= tries_max THEN now() END
    WHERE subaccount_id = fleet AND id = job_id AND holder = by_holder
    RETURNING id
  )
  SELECT EXISTS (SELECT FROM given_back);
END;

-- The dead, oldest first.
CREATE FUNCTION dead_jobs(most integer) RETURNS TABLE (
  subaccount text, job_id text, job_kind text, subject text, why text, tried integer,
  crashed integer, made_at timestamptz, died_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  SELECT subaccount_id, id, kind, subject_id, failure, tries, crashes, created_at, dead_at
  FROM job WHERE dead_at IS NOT NULL ORDER BY dead_at, id LIMIT most;
END;

-- Have the dead tried again from the start: those of these ids, or all.
CREATE FUNCTION requeue_jobs(ids text[]) RETURNS SETOF text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  UPDATE job SET dead_at = NULL, due_at = now(), tries = 0, crashes = 0
  WHERE dead_at IS NOT NULL AND (ids IS NULL OR id = ANY (ids))
  RETURNING id;
END;

-- Clear away what was kept for its time: at most `most` rows of a kind, and how many they were. One
-- sweeps at a time.
CREATE FUNCTION sweep(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  dead integer;
  keys integer;
  pushes integer;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('sweep')) THEN
    RETURN 0;
  END IF;
  DELETE FROM job j USING (
    SELECT subaccount_id, id FROM job WHERE dead_at < now() - interval '30 days'
    ORDER BY dead_at LIMIT most
  ) old WHERE j.subaccount_id = old.subaccount_id AND j.id = old.id;
  GET DIAGNOSTICS dead = ROW_COUNT;
  -- The ledger refuses their keys for ever (WAL-8).
  DELETE FROM idempotency i USING (
    SELECT caller_id, key FROM idempotency WHERE created_at < now() - interval '72 hours'
    ORDER BY created_at LIMIT most
  ) old WHERE i.caller_id = old.caller_id AND i.key = old.key;
  GET DIAGNOSTICS keys = ROW_COUNT;
  -- By then nothing sends that message again: its job is done, or was cleared away as well.
  DELETE FROM push p USING (
    SELECT subaccount_id, notification_id, token FROM push
    WHERE sent_at < now() - interval '31 days' ORDER BY sent_at LIMIT most
  ) old WHERE p.subaccount_id = old.subaccount_id AND p.notification_id = old.notification_id
    AND p.token = old.token;
  GET DIAGNOSTICS pushes = ROW_COUNT;
  RETURN dead + keys + pushes;
END $$;

GRANT CREATE ON SCHEMA public TO kickstand_dispatcher;
ALTER FUNCTION take_jobs OWNER TO kickstand_dispatcher;
ALTER FUNCTION keep_jobs OWNER TO kickstand_dispatcher;
ALTER FUNCTION finish_job OWNER TO kickstand_dispatcher;
ALTER FUNCTION return_job OWNER TO kickstand_dispatcher;
ALTER FUNCTION dead_jobs OWNER TO kickstand_dispatcher;
ALTER FUNCTION requeue_jobs OWNER TO kickstand_dispatcher;
ALTER FUNCTION sweep OWNER TO kickstand_dispatcher;
REVOKE CREATE ON SCHEMA public FROM kickstand_dispatcher;
REVOKE ALL ON FUNCTION
  take_jobs, keep_jobs, finish_job, return_job, dead_jobs, requeue_jobs, sweep FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  take_jobs, keep_jobs, finish_job, return_job, dead_jobs, requeue_jobs, sweep TO kickstand_app;
REVOKE kickstand_dispatcher FROM CURRENT_USER;
