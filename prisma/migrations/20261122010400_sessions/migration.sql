-- Copies of sessions, and the end of a deleted bot's session.

-- What the runner that holds the bot should do with it. `erase`: it was deleted, and its session is not ended and removed yet.
CREATE FUNCTION app.wanted_of(b bots) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN b.archived_at IS NULL THEN b.status
              WHEN b.engine = 'whatsapp-web.js' AND b.session_erased_at IS NULL THEN 'erase'
              ELSE 'disabled' END
$$;
GRANT EXECUTE ON FUNCTION app.wanted_of(bots) TO wbm_definer;

CREATE OR REPLACE FUNCTION app.beat_runner(p_runner uuid, p_host text, p_capacity int, p_draining boolean, p_lease_ms int)
RETURNS TABLE (workspace_id uuid, bot_id text, run_epoch int, status text, restart_no int) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO runners (id, host, capacity, draining, until)
  VALUES (p_runner, p_host, p_capacity, p_draining, clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0))
  ON CONFLICT (id) DO UPDATE SET until = excluded.until, capacity = excluded.capacity, draining = excluded.draining;
  RETURN QUERY
  SELECT b.workspace_id, b.id, b.run_epoch, app.wanted_of(b), b.restart_no FROM bots b WHERE b.runner_id = p_runner;
END
$$;

-- A deleted bot whose session is not erased yet is work for a runner as one that is wanted is.
CREATE OR REPLACE FUNCTION app.fleet() RETURNS TABLE (runners int, bots int, unplaced int) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT (SELECT count(*)::int FROM runners r WHERE NOT r.draining AND r.until > clock_timestamp()),
         (count(*) FILTER (WHERE b.wanted))::int,
         (count(*) FILTER (WHERE CASE WHEN b.runner_id IS NULL THEN b.wanted
           ELSE NOT EXISTS (SELECT 1 FROM runners r WHERE r.id = b.runner_id AND r.until > clock_timestamp()) END))::int
    FROM (SELECT runner_id, app.wanted_of(bots) <> 'disabled' AS wanted FROM bots) b
$$;

-- What taking a bot would cost a runner: a browser to run it or to erase it with, a child process of little weight, or
-- nothing, for a bot that nobody wants is only let go.
CREATE FUNCTION app.kind_of(b bots) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN app.wanted_of(b) <> 'enabled' THEN app.wanted_of(b)
              WHEN b.engine = 'sandbox' THEN 'simulated'
              ELSE 'browser' END
$$;
GRANT EXECUTE ON FUNCTION app.kind_of(bots) TO wbm_definer;

DROP FUNCTION app.take_bots(uuid, int);
CREATE FUNCTION app.take_bots(p_runner uuid, p_limit int, p_kinds text[])
RETURNS TABLE (workspace_id uuid, bot_id text, run_epoch int, status text, restart_no int) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  UPDATE bots SET runner_id = p_runner, run_epoch = bots.run_epoch + 1
   WHERE id IN (
     SELECT b.id FROM bots b
      WHERE EXISTS (SELECT 1 FROM runners me WHERE me.id = p_runner AND NOT me.draining AND me.until > clock_timestamp())
        AND CASE WHEN b.runner_id IS NULL THEN app.wanted_of(b) <> 'disabled'
              ELSE NOT EXISTS (SELECT 1 FROM runners r WHERE r.id = b.runner_id AND r.until > clock_timestamp()) END
        AND app.kind_of(b) = ANY (p_kinds)
      ORDER BY b.archived_at IS NOT NULL, b.created_at LIMIT p_limit FOR NO KEY UPDATE OF b SKIP LOCKED)
  RETURNING bots.workspace_id, bots.id, bots.run_epoch, app.wanted_of(bots), bots.restart_no;
END
$$;
ALTER FUNCTION app.take_bots(uuid, int, text[]) OWNER TO wbm_definer;
REVOKE ALL ON FUNCTION app.take_bots(uuid, int, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.take_bots(uuid, int, text[]) TO wbm_bot_runner;

-- Which of these bots were deleted and their sessions erased: what a machine still has of them on its disk can go.
CREATE FUNCTION app.erased_bots(p_bots text[]) RETURNS TABLE (bot_id text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT b.id FROM bots b WHERE b.id = ANY (p_bots) AND b.session_erased_at IS NOT NULL
$$;
ALTER FUNCTION app.erased_bots(text[]) OWNER TO wbm_definer;
REVOKE ALL ON FUNCTION app.erased_bots(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.erased_bots(text[]) TO wbm_bot_runner;

-- Enters a copy of a session. False: a later run has the bot, or it was deleted, and the copy is of no use. The bot's row is
-- locked, so that no other run can take the bot, and nobody delete it, until the copy stands.
CREATE FUNCTION app.add_snapshot(p_workspace uuid, p_bot text, p_epoch int, p_snapshot uuid, p_size bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM app.enter(p_workspace);
  PERFORM 1 FROM bots WHERE id = p_bot AND run_epoch = p_epoch AND archived_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO session_snapshots (id, workspace_id, bot_id, run_epoch, size, created_at)
  VALUES (p_snapshot, p_workspace, p_bot, p_epoch, p_size, clock_timestamp())
  ON CONFLICT (id) DO NOTHING; -- said twice because the answer was lost
  RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION app.add_snapshot(uuid, text, int, uuid, bigint) TO wbm_bot_runner;
