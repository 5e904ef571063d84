-- Files of conversations: those that come are fetched by the runner that holds the bot, whenever its session can.

-- Writes what a session reported. The same WhatsApp message again changes nothing, and our own message coming back is
-- known by the id that was chosen before it was claimed. A file that came with a message is due to be fetched; one of long ago is
-- only fetched when somebody asks for it. What was decrypted late names in `target` the message that it is.
-- p_rows: [{jid, waMessageId, n, payload, history, correlationId}]; answers the chats whose rows wait to be filed.
CREATE OR REPLACE FUNCTION app.receive_inbound(p_workspace uuid, p_bot text, p_epoch int, p_rows jsonb)
RETURNS TABLE (chat_id uuid, stored int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM app.enter(p_workspace);
  p_rows := app.with_missed_changes(p_bot, p_epoch, p_rows);
  INSERT INTO chats (workspace_id, bot_id, jid)
  SELECT DISTINCT p_workspace, p_bot, r ->> 'jid' FROM jsonb_array_elements(p_rows) r
  ON CONFLICT (bot_id, jid) DO NOTHING;
  RETURN QUERY
  -- Materialized: under row-level security no index is used for what is compared with a `->>`.
  WITH told AS MATERIALIZED (
    SELECT r ->> 'jid' AS jid, r ->> 'waMessageId' AS wa, (r ->> 'n')::int AS n, r -> 'payload' AS payload,
           coalesce((r ->> 'history')::boolean, false) AS history, r ->> 'correlationId' AS cid
      FROM jsonb_array_elements(p_rows) r
  ), incoming AS (
    SELECT c.id AS chat, t.wa, t.n, t.payload, t.history, t.cid
      FROM told t JOIN chats c ON c.bot_id = p_bot AND c.jid = t.jid
     WHERE NOT EXISTS (SELECT 1 FROM lead_messages m WHERE m.bot_id = p_bot AND m.wa_message_id = t.wa)
  ), inserted AS (
    INSERT INTO inbound_messages (workspace_id, bot_id, chat_id, wa_message_id, run_epoch, n, payload, target, history, correlation_id, received_at)
    SELECT p_workspace, p_bot, i.chat, i.wa, p_epoch, i.n, i.payload, i.payload ->> 'target', i.history, i.cid, clock_timestamp() FROM incoming i
    ON CONFLICT (bot_id, wa_message_id) DO NOTHING
    RETURNING inbound_messages.chat_id, inbound_messages.wa_message_id, inbound_messages.payload, inbound_messages.history
  ), files AS (
    INSERT INTO media (workspace_id, bot_id, wa_message_id, chat_jid, kind, mime_type, name, size, seconds, state, due_at, created_at)
    SELECT p_workspace, p_bot, coalesce(s.payload ->> 'target', s.wa_message_id), c.jid, s.payload -> 'media' ->> 'kind', s.payload -> 'media' ->> 'mimeType', s.payload -> 'media' ->> 'name',
           (s.payload -> 'media' ->> 'size')::bigint, (s.payload -> 'media' ->> 'seconds')::int,
           CASE WHEN s.long_ago THEN 'failed' ELSE 'pending' END, CASE WHEN s.long_ago THEN NULL ELSE clock_timestamp() END, clock_timestamp()
      FROM (SELECT i.*, i.history AND (i.payload ->> 'at')::timestamptz < clock_timestamp() - interval '7 days' AS long_ago FROM inserted i) s
      JOIN chats c ON c.id = s.chat_id
     WHERE jsonb_typeof(s.payload -> 'media') = 'object'
    ON CONFLICT (bot_id, wa_message_id) DO NOTHING
  )
  SELECT i.chat, (SELECT count(*)::int FROM inserted s WHERE s.chat_id = i.chat) FROM incoming i GROUP BY i.chat;
END
$$;

-- ── Files that come ──────────────────────────────────────────────────────────────────────────────────────────────
-- What is to be fetched from WhatsApp now, the longest waiting first.
CREATE FUNCTION app.due_media(p_workspace uuid, p_bot text, p_limit int)
RETURNS TABLE (media_id uuid, wa_message_id text, chat_jid text, kind text, mime_type text, size bigint, tries int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM app.enter(p_workspace);
  RETURN QUERY
  SELECT f.id, f.wa_message_id, f.chat_jid, f.kind, f.mime_type, f.size, f.tries
    FROM media f
   WHERE f.bot_id = p_bot AND f.state = 'pending' AND f.due_at <= clock_timestamp()
   ORDER BY f.due_at, f.id LIMIT p_limit;
END
$$;

-- Before one is fetched: the try counts, and the next one is due after p_retry_ms, so that a file whose fetch ends its engine
-- or its runner costs no more tries than any other. Answers begun | moved (another run has the bot) | settled (it is not
-- waited for any more).
CREATE FUNCTION app.begin_fetch(p_workspace uuid, p_bot text, p_epoch int, p_media uuid, p_retry_ms int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM app.enter(p_workspace);
  PERFORM 1 FROM bots WHERE id = p_bot AND run_epoch = p_epoch FOR SHARE;
  IF NOT FOUND THEN
    RETURN 'moved';
  END IF;
  UPDATE media SET tries = tries + 1, due_at = clock_timestamp() + make_interval(secs => p_retry_ms / 1000.0)
   WHERE id = p_media AND bot_id = p_bot AND state = 'pending';
  RETURN CASE WHEN FOUND THEN 'begun' ELSE 'settled' END;
END
$$;

-- What became of fetching one: stored | too-large | gone | failed, or later, to be tried again after p_retry_ms; untried is later,
-- and what was begun was no try after all. Only the run
-- that holds the bot may say so, and only of what still has to be fetched: a file that was taken back stays deleted.
-- Answers {outcome: marked | moved | settled | deleted, leadId, messageId}: the message it came with, null while that is not
-- filed. moved: another run has the bot. settled: it is not waited for any more. deleted: its bytes must not stay.
CREATE FUNCTION app.media_fetched(p_workspace uuid, p_bot text, p_epoch int, p_media uuid, p_outcome text, p_size bigint, p_mime_type text, p_retry_ms int)
RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  PERFORM app.enter(p_workspace);
  PERFORM 1 FROM bots WHERE id = p_bot AND run_epoch = p_epoch FOR SHARE; -- nobody takes the bot between this line and the commit
  IF NOT FOUND THEN
    RETURN jsonb_build_object('outcome', 'moved');
  END IF;
  UPDATE media SET
    state = CASE WHEN p_outcome IN ('later', 'untried') THEN state ELSE p_outcome END,
    due_at = CASE WHEN p_outcome IN ('later', 'untried') THEN clock_timestamp() + make_interval(secs => p_retry_ms / 1000.0) END,
    tries = CASE WHEN p_outcome = 'untried' THEN greatest(tries - 1, 0) ELSE tries END,
    size = coalesce(p_size, size),
    mime_type = coalesce(p_mime_type, mime_type)
   WHERE id = p_media AND bot_id = p_bot AND state = 'pending' AND p_outcome IN ('stored', 'too-large', 'gone', 'failed', 'later', 'untried');
  IF NOT FOUND THEN
    RETURN jsonb_build_object('outcome', CASE WHEN EXISTS (SELECT 1 FROM media WHERE id = p_media AND state = 'deleted') THEN 'deleted' ELSE 'settled' END);
  END IF;
  RETURN coalesce((SELECT jsonb_build_object('outcome', 'marked', 'leadId', m.lead_id, 'messageId', m.id)
                     FROM lead_messages m WHERE m.workspace_id = p_workspace AND m.media_id = p_media LIMIT 1),
                  jsonb_build_object('outcome', 'marked', 'leadId', NULL, 'messageId', NULL));
END
$$;

-- A person asks once more for a file that could not be had. Answers the bot that has to fetch it; null when it can be had, or
-- was never somebody's to fetch, or its bot was deleted.
CREATE FUNCTION app.ask_media_again(p_workspace uuid, p_media uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  bot text;
BEGIN
  PERFORM app.enter(p_workspace);
  UPDATE media f SET state = 'pending', due_at = clock_timestamp(), tries = 0
   WHERE f.id = p_media AND f.wa_message_id IS NOT NULL AND f.state IN ('pending', 'gone', 'failed')
     AND EXISTS (SELECT 1 FROM bots b WHERE b.id = f.bot_id AND b.archived_at IS NULL)
  RETURNING bot_id INTO bot;
  RETURN bot;
END
$$;

-- The bots of a runner that have something to send, something the simulated phone did, something a person asked for, or a
-- file to fetch.
CREATE OR REPLACE FUNCTION app.runner_work(p_runner uuid) RETURNS TABLE (workspace_id uuid, bot_id text, work text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT b.workspace_id, b.id, 'send' FROM bots b JOIN lead_messages m ON m.bot_id = b.id AND m.status IN ('queued', 'sending')
   WHERE b.runner_id = p_runner AND (m.status = 'sending' OR coalesce(m.not_before, '-infinity') <= clock_timestamp())
  UNION ALL
  SELECT DISTINCT b.workspace_id, b.id, 'relay' FROM bots b JOIN sandbox.messages s ON s.bot_id = b.id
   WHERE b.runner_id = p_runner AND (s.relayed_at IS NULL OR (s.author <> 'customer' AND s.ack > s.reported_ack))
  UNION ALL
  SELECT DISTINCT b.workspace_id, b.id, 'relay' FROM bots b JOIN sandbox.changes c ON c.bot_id = b.id AND c.relayed_at IS NULL WHERE b.runner_id = p_runner
  UNION ALL
  SELECT b.workspace_id, b.id, 'ask' FROM bots b WHERE b.runner_id = p_runner AND b.asked IS NOT NULL
  UNION ALL
  SELECT DISTINCT b.workspace_id, b.id, 'media' FROM bots b JOIN media f ON f.bot_id = b.id AND f.state = 'pending' AND f.due_at <= clock_timestamp() WHERE b.runner_id = p_runner AND b.archived_at IS NULL
$$;

-- ── Files that nobody needs ──────────────────────────────────────────────────────────────────────────────────────
-- An upload is due to be looked at a day after it came: was it ever sent? Files that were taken back are due at once, or, if
-- they might just be fetched, when every fetch is over: their size is known until their bytes are gone.
CREATE INDEX due_uploads ON media (due_at) WHERE wa_message_id IS NULL AND due_at IS NOT NULL;
CREATE INDEX deleted_media ON media (id) WHERE state = 'deleted' AND size IS NOT NULL;

CREATE FUNCTION app.due_removals(p_limit int) RETURNS TABLE (workspace_id uuid, media_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  (SELECT f.workspace_id, f.id FROM media f WHERE f.wa_message_id IS NULL AND f.due_at <= clock_timestamp() ORDER BY f.due_at LIMIT p_limit)
  UNION
  (SELECT f.workspace_id, f.id FROM media f WHERE f.state = 'deleted' AND f.size IS NOT NULL AND (f.wa_message_id IS NULL OR coalesce(f.due_at, '-infinity') <= clock_timestamp()) LIMIT p_limit)
$$;

-- Whether the bytes of a file may go now; from then on nobody can send it. An upload that was sent stays for good.
CREATE FUNCTION app.begin_removal(p_workspace uuid, p_media uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  f media%ROWTYPE;
BEGIN
  PERFORM app.enter(p_workspace);
  SELECT * INTO f FROM media WHERE id = p_media FOR UPDATE; -- who is just sending it has locked it
  IF f.state = 'deleted' THEN
    RETURN true;
  END IF;
  IF f.id IS NULL OR f.wa_message_id IS NOT NULL OR coalesce(f.due_at, 'infinity') > clock_timestamp() THEN
    RETURN false;
  END IF;
  IF app.is_used(f) THEN
    UPDATE media SET due_at = NULL WHERE id = p_media;
    RETURN false;
  END IF;
  UPDATE media SET state = 'deleted' WHERE id = p_media;
  RETURN true;
END
$$;

-- The bytes are gone: what no message names goes too.
CREATE FUNCTION app.end_removal(p_workspace uuid, p_media uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM app.enter(p_workspace);
  DELETE FROM media f WHERE f.id = p_media AND f.state = 'deleted' AND f.wa_message_id IS NULL AND NOT app.is_used(f);
  IF FOUND THEN
    RETURN true;
  END IF;
  UPDATE media SET size = NULL, due_at = NULL WHERE id = p_media AND state = 'deleted';
  RETURN FOUND;
END
$$;

-- Whether a message names the file, be it a simulated one.
CREATE FUNCTION app.is_used(f media) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM lead_messages m WHERE m.workspace_id = f.workspace_id AND m.media_id = f.id)
      OR EXISTS (SELECT 1 FROM sandbox.messages m WHERE m.workspace_id = f.workspace_id AND m.media_id = f.id)
$$;

-- ── Who may call what ────────────────────────────────────────────────────────────────────────────────────────────
ALTER FUNCTION app.due_removals(int) OWNER TO wbm_definer;
REVOKE ALL ON FUNCTION app.due_removals(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.due_media(uuid, text, int), app.begin_fetch(uuid, text, int, uuid, int), app.media_fetched(uuid, text, int, uuid, text, bigint, text, int) TO wbm_bot_runner;
GRANT EXECUTE ON FUNCTION app.ask_media_again(uuid, uuid), app.due_removals(int), app.begin_removal(uuid, uuid), app.end_removal(uuid, uuid), app.is_used(media) TO wbm_gateway;
