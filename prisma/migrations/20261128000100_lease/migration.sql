-- Who may take bots over from whom.

-- Since when a runner lives without a break, and how long it keeps its bots when it does not answer.
ALTER TABLE "runners" ADD COLUMN "lease_ms" INTEGER NOT NULL DEFAULT 8000,
ADD COLUMN "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

CREATE OR REPLACE FUNCTION app.beat_runner(p_runner uuid, p_host text, p_capacity int, p_draining boolean, p_lease_ms int)
RETURNS TABLE (workspace_id uuid, bot_id text, run_epoch int, status text, restart_no int) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO runners (id, host, capacity, draining, until, since, lease_ms)
  VALUES (p_runner, p_host, p_capacity, p_draining, clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0), clock_timestamp(), p_lease_ms)
  ON CONFLICT (id) DO UPDATE SET until = excluded.until, capacity = excluded.capacity, draining = excluded.draining, lease_ms = excluded.lease_ms,
    since = CASE WHEN runners.until > clock_timestamp() THEN runners.since ELSE excluded.since END;
  RETURN QUERY
  SELECT b.workspace_id, b.id, b.run_epoch, app.wanted_of(b), b.restart_no FROM bots b WHERE b.runner_id = p_runner;
END
$$;

-- Whether a runner may take the bots of those that seem dead: only when it has lived for half a lease itself. After an outage of
-- Postgres all leases have run out, and the first one back would take the bots of all others, which are about to beat again.
CREATE FUNCTION app.may_take_over(p_runner uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM public.runners me WHERE me.id = p_runner AND me.since <= clock_timestamp() - make_interval(secs => me.lease_ms / 2000.0))
$$;
GRANT EXECUTE ON FUNCTION app.may_take_over(uuid) TO wbm_definer;

-- What a fair share is reckoned from, as this runner may take: what it must leave to its runner for now is not unplaced.
DROP FUNCTION app.fleet();
CREATE FUNCTION app.fleet(p_runner uuid) RETURNS TABLE (runners int, bots int, unplaced int) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT (SELECT count(*)::int FROM runners r WHERE NOT r.draining AND r.until > clock_timestamp()),
         (count(*) FILTER (WHERE b.wanted))::int,
         (count(*) FILTER (WHERE CASE WHEN b.runner_id IS NULL THEN b.wanted
           ELSE m.may AND NOT EXISTS (SELECT 1 FROM runners r WHERE r.id = b.runner_id AND r.until > clock_timestamp()) END))::int
    FROM (SELECT runner_id, app.wanted_of(bots) <> 'disabled' AS wanted FROM bots) b, (SELECT app.may_take_over(p_runner) AS may) m
$$;
ALTER FUNCTION app.fleet(uuid) OWNER TO wbm_definer;
REVOKE ALL ON FUNCTION app.fleet(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.fleet(uuid) TO wbm_bot_runner;

-- A beat and a take must not both win one bot: the rows of runners that seem dead are locked first, in a statement of its own, so that
-- the next one sees what a beat under way has made of them, and a later beat reads what was taken. Who is dead is a matter of that one
-- moment: whose lease runs out afterwards is not locked.
CREATE OR REPLACE FUNCTION app.take_bots(p_runner uuid, p_limit int, p_kinds text[])
RETURNS TABLE (workspace_id uuid, bot_id text, run_epoch int, status text, restart_no int) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  may_take_over boolean := app.may_take_over(p_runner);
  at timestamptz := clock_timestamp();
BEGIN
  PERFORM 1 FROM runners WHERE until <= at ORDER BY id FOR UPDATE;
  RETURN QUERY
  UPDATE bots SET runner_id = p_runner, run_epoch = bots.run_epoch + 1
   WHERE id IN (
     SELECT b.id FROM bots b
      WHERE EXISTS (SELECT 1 FROM runners me WHERE me.id = p_runner AND NOT me.draining AND me.until > clock_timestamp())
        AND CASE WHEN b.runner_id IS NULL THEN app.wanted_of(b) <> 'disabled'
              ELSE may_take_over AND NOT EXISTS (SELECT 1 FROM runners r WHERE r.id = b.runner_id AND r.until > at) END
        AND app.kind_of(b) = ANY (p_kinds)
      ORDER BY b.archived_at IS NOT NULL, b.created_at LIMIT p_limit FOR NO KEY UPDATE OF b SKIP LOCKED)
  RETURNING bots.workspace_id, bots.id, bots.run_epoch, app.wanted_of(bots), bots.restart_no;
END
$$;

-- What others have locked is forgotten another time: this runner's bots are locked already, and nobody may wait both ways.
CREATE OR REPLACE FUNCTION app.retire_runner(p_runner uuid) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE bots SET runner_id = NULL WHERE runner_id = p_runner;
  DELETE FROM runners WHERE id = p_runner;
  DELETE FROM runners WHERE id IN (SELECT id FROM runners WHERE until < clock_timestamp() - interval '1 hour' FOR UPDATE SKIP LOCKED);
  SELECT true;
$$;

-- Lets go of bots whose engines have stopped; only the run that holds them can. Those whose rows somebody has locked are left for the
-- next time: whoever renews a lease must not wait for others. NO KEY, as in taking.
DROP FUNCTION app.release_bots(uuid, text[]);
CREATE FUNCTION app.release_bots(p_runner uuid, p_bots text[]) RETURNS TABLE (bot_id text) LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE bots SET runner_id = NULL
   WHERE id IN (SELECT b.id FROM bots b WHERE b.runner_id = p_runner AND b.id = ANY (p_bots) FOR NO KEY UPDATE SKIP LOCKED)
  RETURNING bots.id
$$;
ALTER FUNCTION app.release_bots(uuid, text[]) OWNER TO wbm_definer;
REVOKE ALL ON FUNCTION app.release_bots(uuid, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.release_bots(uuid, text[]) TO wbm_bot_runner;
