-- What one session could use up for all others: the folder of files, and the bot's own number by its test.

-- ── What was uploaded and not sent ───────────────────────────────────────────────────────────────────────────────
CREATE INDEX unsent_uploads ON media (workspace_id) WHERE wa_message_id IS NULL AND due_at IS NOT NULL;

-- Enters an upload whose bytes are still coming; its size is the most they may be until they are all there, so that uploads
-- that run at once cannot have the same room. Null: with it the workspace would have more files, or bytes, than it may have
-- without sending them. The limits come from packages/domain. What is not sent is due to be removed after p_keep_ms.
CREATE FUNCTION app.begin_upload(p_workspace uuid, p_kind text, p_mime_type text, p_name text, p_by text, p_size bigint,
  p_most_files int, p_most_bytes bigint, p_keep_ms int) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  files int;
  bytes bigint;
  new_id uuid;
BEGIN
  PERFORM app.enter(p_workspace);
  PERFORM pg_advisory_xact_lock(hashtext('wbm.uploads'), hashtext(p_workspace::text)); -- the last lock: its holder waits for nobody
  -- A gateway of before entered no size.
  SELECT count(*), coalesce(sum(coalesce(f.size, p_size)), 0) INTO files, bytes
    FROM media f WHERE f.workspace_id = p_workspace AND f.wa_message_id IS NULL AND f.due_at IS NOT NULL AND NOT app.is_used(f);
  IF files >= p_most_files OR bytes + p_size > p_most_bytes THEN
    RETURN NULL;
  END IF;
  INSERT INTO media (workspace_id, kind, mime_type, name, size, state, due_at, created_by, created_at)
  VALUES (p_workspace, p_kind, p_mime_type, p_name, p_size, 'pending', clock_timestamp() + make_interval(secs => p_keep_ms / 1000.0), p_by, clock_timestamp())
  RETURNING id INTO new_id;
  RETURN new_id;
END
$$;
GRANT EXECUTE ON FUNCTION app.begin_upload(uuid, text, text, text, text, bigint, int, bigint, int) TO wbm_gateway;

-- ── A test with the own number ───────────────────────────────────────────────────────────────────────────────────
ALTER TABLE bots ADD COLUMN "self_test_begun_at" TIMESTAMPTZ(3);

-- Before a test that a person asked for sends anything, outside the claim and the budget: from now on nobody asks for it any
-- more, so that it is sent once at most. False: nobody asks for it, one was begun less than p_every_ms ago, or the run lost the
-- bot.
CREATE FUNCTION app.begin_self_test(p_workspace uuid, p_bot text, p_epoch int, p_every_ms int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM app.enter(p_workspace);
  UPDATE bots SET asked = NULL, self_test_begun_at = clock_timestamp()
   WHERE id = p_bot AND run_epoch = p_epoch AND asked ->> 'ask' = 'self-test'
     AND coalesce(self_test_begun_at, '-infinity') <= clock_timestamp() - make_interval(secs => p_every_ms / 1000.0);
  RETURN FOUND;
END
$$;
GRANT EXECUTE ON FUNCTION app.begin_self_test(uuid, text, int, int) TO wbm_bot_runner;
