-- Found by review: what files, deletions, refusals and people with two ids did to the lane and to filing.

-- ── Leaving ──────────────────────────────────────────────────────────────────────────────────────────────────────
DROP FUNCTION app.next_sends(uuid, text, boolean, int, int, int);
-- The lane: of each chat that has nothing leaving, the oldest queued message whose time has come, replies before anything
-- unasked, and else the longest waiting chats first; no more of them than the budget has room for, or than a lane can start
-- before it looks again. What has to wait for the budget is told so. p_may_answer: false while the bot itself has to be silent.
-- p_files: of chats headed by a file no more than the lane can take on. It sends one after the other, minutes each; all of them
-- would take the room of the texts that could leave meanwhile.
-- Answers {due: [{messageId, leadId, sender, text, chatJid, correlationId, attempts, media}], heldNow, held: [{messageId, leadId}],
-- heldForMs}: how many were held only now, those of people of which it is news, and when to look again, null for no such time.
CREATE FUNCTION app.next_sends(p_workspace uuid, p_bot text, p_may_answer boolean, p_per_minute int, p_per_day int, p_unasked_per_day int,
  p_files int DEFAULT 1) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  r record;
  due jsonb := '[]';
  late int[]; -- chats that wait for the budget of unasked messages
  until timestamptz;
  held_now int := 0;
  news jsonb;
BEGIN
  PERFORM app.enter(p_workspace);
  SELECT * INTO r FROM app.sending_room(p_bot, p_per_minute, p_per_day, p_unasked_per_day);
  WITH first AS (
    SELECT DISTINCT ON (m.lead_id) m.* FROM lead_messages m
     WHERE m.bot_id = p_bot AND m.status = 'queued'
       AND NOT EXISTS (SELECT 1 FROM lead_messages s WHERE s.bot_id = p_bot AND s.lead_id = m.lead_id AND s.status = 'sending')
     ORDER BY m.lead_id, m.seq
  ), ready AS ( -- after the choice: nothing overtakes one that waits for its retry
    SELECT o.*, r.room IS NULL OR app.is_asked(l) AS asked FROM first o JOIN leads l ON l.id = o.lead_id
     WHERE (p_may_answer OR o.sender <> 'bot') AND (o.held IS NOT NULL OR coalesce(o.not_before, '-infinity') <= clock_timestamp())
  ), kinds AS (
    SELECT o.*, row_number() OVER (PARTITION BY o.media_id IS NOT NULL ORDER BY o.asked DESC, o.id) AS nth_of_kind FROM ready o
  ), ranked AS (
    SELECT o.*, row_number() OVER (PARTITION BY o.asked ORDER BY o.id) AS nth FROM kinds o WHERE o.media_id IS NULL OR o.nth_of_kind <= p_files
  ), chosen AS (
    SELECT o.* FROM ranked o WHERE o.asked OR o.nth <= r.unasked_room ORDER BY o.asked DESC, o.id LIMIT greatest(0, least(50, r.room))
  )
  SELECT coalesce((SELECT jsonb_agg(jsonb_build_object('messageId', o.id, 'leadId', o.lead_id, 'sender', o.sender, 'text', o.message, 'chatJid', o.chat_jid,
             'correlationId', o.correlation_id, 'attempts', o.attempts,
             'media', CASE WHEN f.id IS NOT NULL THEN jsonb_build_object('id', f.id, 'kind', f.kind, 'mimeType', f.mime_type, 'name', f.name) END)
             ORDER BY o.asked DESC, o.id)
           FROM chosen o LEFT JOIN media f ON f.workspace_id = o.workspace_id AND f.id = o.media_id), '[]'),
         (SELECT array_agg(o.lead_id) FROM ready o WHERE NOT o.asked OR r.room <= 0)
    INTO due, late;
  IF r.room <= 0 AND late IS NOT NULL THEN
    until := r.free_at;
    SELECT count(*) FILTER (WHERE h.fresh), jsonb_agg(jsonb_build_object('messageId', h.message_id, 'leadId', h.lead_id)) FILTER (WHERE h.sender = 'vendor')
      INTO held_now, news FROM app.hold_sends(p_bot, NULL, r.why, until) h;
  ELSIF r.unasked_room <= 0 AND late IS NOT NULL THEN
    until := r.unasked_free_at;
    SELECT count(*) FILTER (WHERE h.fresh), jsonb_agg(jsonb_build_object('messageId', h.message_id, 'leadId', h.lead_id)) FILTER (WHERE h.sender = 'vendor')
      INTO held_now, news FROM app.hold_sends(p_bot, late, 'unasked', until) h;
  END IF;
  RETURN jsonb_build_object('due', due,
    'heldForMs', CASE WHEN until IS NOT NULL THEN greatest(0, ceil(extract(epoch FROM until - clock_timestamp()) * 1000))::int END,
    'heldNow', held_now, 'held', coalesce(news, '[]'));
END
$$;
GRANT EXECUTE ON FUNCTION app.next_sends(uuid, text, boolean, int, int, int, int) TO wbm_bot_runner;

-- ── A bot that is deleted ────────────────────────────────────────────────────────────────────────────────────────
-- What nobody will send or fetch any more is settled in the transaction that deletes the bot, which has locked its row. Whoever
-- queues a message or enters a file locks the row too, and so either comes before and is settled, or sees that the bot is gone.
-- Answers how many messages were settled.
CREATE FUNCTION app.settle_deleted(p_workspace uuid, p_bot text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  n int;
BEGIN
  PERFORM app.enter(p_workspace);
  PERFORM 1 FROM leads l
    WHERE l.id IN (SELECT m.lead_id FROM lead_messages m WHERE m.bot_id = p_bot AND m.status IN ('queued', 'sending'))
    ORDER BY l.id FOR NO KEY UPDATE;
  PERFORM 1 FROM lead_messages m WHERE m.bot_id = p_bot AND m.status IN ('queued', 'sending') ORDER BY m.id FOR NO KEY UPDATE;
  UPDATE lead_messages SET held = NULL,
         status = CASE status WHEN 'queued' THEN 'cancelled' ELSE 'unconfirmed' END,
         status_reason = CASE status WHEN 'queued' THEN 'The bot was deleted.'
           ELSE 'The bot was deleted while it was sent. Look at the phone before you send it again.' END
   WHERE bot_id = p_bot AND status IN ('queued', 'sending');
  GET DIAGNOSTICS n = ROW_COUNT;
  UPDATE media SET state = 'failed', due_at = NULL WHERE bot_id = p_bot AND state = 'pending' AND wa_message_id IS NOT NULL;
  RETURN n;
END
$$;
GRANT EXECUTE ON FUNCTION app.settle_deleted(uuid, text) TO wbm_gateway;

-- Those that were deleted before.
UPDATE lead_messages m SET held = NULL,
       status = CASE m.status WHEN 'queued' THEN 'cancelled' ELSE 'unconfirmed' END,
       status_reason = CASE m.status WHEN 'queued' THEN 'The bot was deleted.'
         ELSE 'The bot was deleted while it was sent. Look at the phone before you send it again.' END
  FROM bots b WHERE b.id = m.bot_id AND b.archived_at IS NOT NULL AND m.status IN ('queued', 'sending');
UPDATE media f SET state = 'failed', due_at = NULL
  FROM bots b WHERE b.id = f.bot_id AND b.archived_at IS NOT NULL AND f.state = 'pending' AND f.wa_message_id IS NOT NULL;

-- Writes what a session reported. The same WhatsApp message again changes nothing, and our own message coming back is
-- known by the id that was chosen before it was claimed. A file that came with a message is due to be fetched; one of long ago is
-- only fetched when somebody asks for it, and one that comes to a deleted bot by nobody. What was decrypted late names in `target` the message that it is.
-- p_rows: [{jid, waMessageId, n, payload, history, correlationId}]; answers the chats whose rows wait to be filed.
CREATE OR REPLACE FUNCTION app.receive_inbound(p_workspace uuid, p_bot text, p_epoch int, p_rows jsonb)
RETURNS TABLE (chat_id uuid, stored int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  deleted boolean := false;
BEGIN
  PERFORM app.enter(p_workspace);
  IF EXISTS (SELECT 1 FROM jsonb_array_elements(p_rows) r WHERE jsonb_typeof(r -> 'payload' -> 'media') = 'object') THEN
    SELECT b.archived_at IS NOT NULL INTO deleted FROM bots b WHERE b.id = p_bot FOR SHARE; -- nobody deletes it between this line and the commit
  END IF;
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
           CASE WHEN s.not_now THEN 'failed' ELSE 'pending' END, CASE WHEN s.not_now THEN NULL ELSE clock_timestamp() END, clock_timestamp()
      FROM (SELECT i.*, deleted OR i.history AND (i.payload ->> 'at')::timestamptz < clock_timestamp() - interval '7 days' AS not_now FROM inserted i) s
      JOIN chats c ON c.id = s.chat_id
     WHERE jsonb_typeof(s.payload -> 'media') = 'object'
    ON CONFLICT (bot_id, wa_message_id) DO NOTHING
  )
  SELECT i.chat, (SELECT count(*)::int FROM inserted s WHERE s.chat_id = i.chat) FROM incoming i GROUP BY i.chat;
END
$$;

-- What became of fetching one: stored | too-large | gone | failed, or later, to be tried again after p_retry_ms; untried is later,
-- and what was begun was no try after all. Only the run
-- that holds the bot may say so, and only of what still has to be fetched: a file that was taken back stays deleted, and one that
-- was given up meanwhile, for its bot was deleted, stays failed.
-- Answers {outcome: marked | moved | settled | deleted, leadId, messageId}: the message it came with, null while that is not
-- filed. moved: another run has the bot. settled: it is stored already. deleted: it is not waited for any more, and its bytes must not stay.
CREATE OR REPLACE FUNCTION app.media_fetched(p_workspace uuid, p_bot text, p_epoch int, p_media uuid, p_outcome text, p_size bigint, p_mime_type text, p_retry_ms int)
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
    RETURN jsonb_build_object('outcome', CASE WHEN EXISTS (SELECT 1 FROM media WHERE id = p_media AND state = 'stored') THEN 'settled' ELSE 'deleted' END);
  END IF;
  RETURN coalesce((SELECT jsonb_build_object('outcome', 'marked', 'leadId', m.lead_id, 'messageId', m.id)
                     FROM lead_messages m WHERE m.workspace_id = p_workspace AND m.media_id = p_media LIMIT 1),
                  jsonb_build_object('outcome', 'marked', 'leadId', NULL, 'messageId', NULL));
END
$$;

-- Files an answer: facts with their evidence, the stage the rules decided, and the replies, those only while the chat's
-- owner is still the one the turn was made for, never after a later turn has answered, and not when the bot was deleted.
-- p_facts: {fields: [{name, value, source, messageId, quote, confidence}], values: {name: value}, status, waitingReason}; p_replies: [{text}].
-- Answers {outcome: delivered | stale | already, qualified, ownerChanged, messageIds, …}.
CREATE OR REPLACE FUNCTION app.deliver_turn(p_workspace uuid, p_turn int, p_expected_version int, p_facts jsonb, p_replies jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  t ai_turns%ROWTYPE;
  l leads%ROWTYPE;
  bot_there boolean;
  same_owner boolean;
  may_speak boolean;
  new_ids int[] := '{}';
  new_id int;
  r jsonb;
  became_qualified boolean;
BEGIN
  PERFORM app.enter(p_workspace);
  SELECT * INTO t FROM ai_turns WHERE id = p_turn;
  IF t.id IS NULL THEN
    RETURN jsonb_build_object('outcome', 'already');
  END IF;
  PERFORM 1 FROM bots WHERE id = (SELECT o.bot_id FROM leads o WHERE o.id = t.lead_id) AND archived_at IS NULL FOR SHARE;
  bot_there := FOUND;
  SELECT * INTO STRICT l FROM leads WHERE id = t.lead_id FOR NO KEY UPDATE;
  IF l.version <> p_expected_version THEN
    RETURN jsonb_build_object('outcome', 'stale');
  END IF;
  UPDATE ai_turns SET delivered_at = clock_timestamp() WHERE id = p_turn AND delivered_at IS NULL AND refused IS NULL;
  IF NOT FOUND THEN
    RETURN jsonb_build_object('outcome', 'already');
  END IF;
  same_owner := l.owner = 'bot' AND l.owner_version = t.owner_version;
  may_speak := t.kind = 'reply' AND same_owner AND bot_there
    AND NOT EXISTS (SELECT 1 FROM ai_turns o WHERE o.lead_id = t.lead_id AND o.turn_no > t.turn_no AND o.kind = 'reply' AND o.delivered_at IS NOT NULL);
  became_qualified := p_facts ->> 'status' = 'qualified' AND l.status <> 'qualified';
  INSERT INTO lead_fields (workspace_id, lead_id, name, value, source, message_id, quote, confidence)
  SELECT p_workspace, l.id, f ->> 'name', f ->> 'value', f ->> 'source', (f ->> 'messageId')::int, f ->> 'quote', (f ->> 'confidence')::real
    FROM jsonb_array_elements(p_facts -> 'fields') f;
  IF may_speak THEN
    FOR r IN SELECT e FROM jsonb_array_elements(p_replies) e LOOP
      l.last_seq := l.last_seq + 1;
      INSERT INTO lead_messages (workspace_id, bot_id, lead_id, seq, sender, message, "timestamp", status, turn_id, chat_jid, owner_version, correlation_id)
      VALUES (p_workspace, l.bot_id, l.id, l.last_seq, 'bot', r ->> 'text', clock_timestamp(), 'queued', t.id, l.chat_jid, l.owner_version, t.correlation_id)
      RETURNING id INTO new_id;
      new_ids := new_ids || new_id;
    END LOOP;
  END IF;
  UPDATE leads SET
    last_seq = l.last_seq,
    last_message_at = CASE WHEN cardinality(new_ids) > 0 THEN clock_timestamp() ELSE last_message_at END,
    name = coalesce(p_facts -> 'values' ->> 'name', name),
    email = coalesce(p_facts -> 'values' ->> 'email', email),
    location = coalesce(p_facts -> 'values' ->> 'location', location),
    phone = coalesce(p_facts -> 'values' ->> 'phone', phone),
    status = coalesce(p_facts ->> 'status', status),
    qualified_at = CASE WHEN p_facts ->> 'status' = 'qualified' THEN coalesce(qualified_at, clock_timestamp()) ELSE qualified_at END,
    waiting_since = CASE WHEN p_facts ->> 'waitingReason' IS NOT NULL THEN coalesce(waiting_since, clock_timestamp()) ELSE waiting_since END,
    waiting_reason = coalesce(waiting_reason, p_facts ->> 'waitingReason'),
    version = version + CASE WHEN p_facts ->> 'status' IS NOT NULL OR p_facts -> 'values' <> '{}'::jsonb THEN 1 ELSE 0 END
  WHERE id = l.id RETURNING * INTO l;
  RETURN jsonb_build_object('outcome', 'delivered', 'leadId', l.id, 'botId', l.bot_id, 'qualified', coalesce(became_qualified, false),
    'ownerChanged', t.kind = 'reply' AND NOT same_owner, 'messageIds', to_jsonb(new_ids));
END
$$;

-- A person's message joins the lane. The same client id again is the same message again.
-- p_media: a file that was uploaded and is stored.
-- Answers {outcome: queued | duplicate | bot-has-it | not-yours | not-found | no-such-media | write-first | bot-deleted, messageId, botId}.
-- write-first: WhatsApp takes nothing for this person until they write; `why` says for which reason.
CREATE OR REPLACE FUNCTION app.post_message(p_workspace uuid, p_lead int, p_author text, p_force boolean, p_text text, p_client_id text, p_correlation text, p_media uuid) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  l leads%ROWTYPE;
  existing int;
  new_id int;
  file_kind text;
  bot_there boolean;
BEGIN
  PERFORM app.enter(p_workspace);
  PERFORM 1 FROM bots WHERE id = (SELECT o.bot_id FROM leads o WHERE o.id = p_lead) AND archived_at IS NULL FOR SHARE;
  bot_there := FOUND;
  SELECT * INTO l FROM leads WHERE id = p_lead FOR NO KEY UPDATE;
  IF l.id IS NULL THEN
    RETURN jsonb_build_object('outcome', 'not-found');
  END IF;
  SELECT id INTO existing FROM lead_messages WHERE lead_id = p_lead AND client_id = p_client_id;
  IF existing IS NOT NULL THEN
    RETURN jsonb_build_object('outcome', 'duplicate', 'messageId', existing, 'botId', l.bot_id);
  END IF;
  IF NOT bot_there THEN
    RETURN jsonb_build_object('outcome', 'bot-deleted');
  END IF;
  IF l.owner <> 'human' THEN
    RETURN jsonb_build_object('outcome', 'bot-has-it');
  END IF;
  IF l.assigned_to IS DISTINCT FROM p_author AND NOT p_force THEN
    RETURN jsonb_build_object('outcome', 'not-yours', 'assignedTo', l.assigned_to);
  END IF;
  IF l.write_first IS NOT NULL THEN
    RETURN jsonb_build_object('outcome', 'write-first', 'why', l.write_first);
  END IF;
  IF p_media IS NOT NULL THEN
    SELECT kind INTO file_kind FROM media WHERE id = p_media AND state = 'stored' AND wa_message_id IS NULL FOR SHARE; -- or somebody removes it now
    IF file_kind IS NULL THEN
      RETURN jsonb_build_object('outcome', 'no-such-media');
    END IF;
  END IF;
  INSERT INTO lead_messages (workspace_id, bot_id, lead_id, seq, sender, author, type, media_id, message, "timestamp", status, client_id, chat_jid, correlation_id)
  VALUES (p_workspace, l.bot_id, p_lead, l.last_seq + 1, 'vendor', p_author, coalesce(file_kind, 'text'), p_media, p_text, clock_timestamp(), 'queued', p_client_id, l.chat_jid, p_correlation)
  RETURNING id INTO new_id;
  UPDATE leads SET last_seq = last_seq + 1, last_message_at = clock_timestamp(), waiting_since = NULL, waiting_reason = NULL WHERE id = p_lead;
  RETURN jsonb_build_object('outcome', 'queued', 'messageId', new_id, 'botId', l.bot_id);
END
$$;

-- ── Acks ─────────────────────────────────────────────────────────────────────────────────────────────────────────
-- Delivery marks, in batches and only upwards: a failed message that a phone received did arrive. p_acks: [{waMessageId, ack}] with WhatsApp's numbers (-1 error, 1 server, 2 device, 3 read, 4 played).
-- An error is WhatsApp's last word on what was sent from here and no phone has: also of a message that is marked sent, for that
-- may rest on the library's word alone. One that was unasked closes its chat as app.mark_send does, unless the customer
-- wrote within a day or meanwhile. Answers what moved, and what was cancelled because of it.
CREATE OR REPLACE FUNCTION app.record_acks(p_workspace uuid, p_bot text, p_acks jsonb)
RETURNS TABLE (lead_id int, message_id int, status text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  told text[] := ARRAY(SELECT a ->> 'waMessageId' FROM jsonb_array_elements(p_acks) a);
  refused text[] := ARRAY(SELECT a ->> 'waMessageId' FROM jsonb_array_elements(p_acks) a WHERE (a ->> 'ack')::int < 0);
  those int[]; -- leads of which something was refused
  moved record;
  cold int[] := '{}'; -- messages that were refused and unasked
  walled int[];
  says text := 'WhatsApp refused it: the customer must write first.';
BEGIN
  PERFORM app.enter(p_workspace);
  -- Leads first, and all in one order, or two batches that name the same rows could each wait for the other.
  those := ARRAY(SELECT l.id FROM leads l
    WHERE l.id IN (SELECT m.lead_id FROM lead_messages m WHERE m.bot_id = p_bot AND m.wa_message_id = ANY (refused) AND m.sender <> 'customer')
    ORDER BY l.id FOR NO KEY UPDATE);
  PERFORM 1 FROM lead_messages o
    WHERE o.id = ANY (ARRAY(SELECT m.id FROM lead_messages m WHERE m.bot_id = p_bot AND m.wa_message_id = ANY (told) AND m.sender <> 'customer')
                   || ARRAY(SELECT m.id FROM lead_messages m WHERE m.bot_id = p_bot AND m.lead_id = ANY (those) AND m.status = 'queued'))
    ORDER BY o.id FOR NO KEY UPDATE;
  FOR moved IN
    WITH acks AS MATERIALIZED (
      SELECT a ->> 'waMessageId' AS wa, max((a ->> 'ack')::int) AS ack FROM jsonb_array_elements(p_acks) a GROUP BY 1
    ), wanted AS (
      SELECT wa, CASE WHEN ack >= 3 THEN 'read' WHEN ack = 2 THEN 'delivered' WHEN ack = 1 THEN 'sent' ELSE 'failed' END AS status,
             CASE WHEN ack >= 3 THEN 3 WHEN ack < 0 THEN 0 ELSE ack END AS rank
        FROM acks WHERE ack <> 0
    )
    UPDATE lead_messages m SET status = w.status, acked_at = clock_timestamp(),
           status_reason = CASE WHEN w.status = 'failed' THEN 'WhatsApp refused the message.' END
      FROM wanted w
     WHERE m.bot_id = p_bot AND m.wa_message_id = w.wa AND m.sender <> 'customer'
       AND CASE m.status WHEN 'sending' THEN true WHEN 'unconfirmed' THEN true WHEN 'failed' THEN w.rank > 1
             WHEN 'sent' THEN w.rank > 1 OR (w.status = 'failed' AND m.sender <> 'phone')
             WHEN 'delivered' THEN w.rank > 2 ELSE false END
    RETURNING m.lead_id, m.id, m.status, m.unasked
  LOOP
    lead_id := moved.lead_id;
    message_id := moved.id;
    status := moved.status;
    RETURN NEXT;
    IF moved.status = 'failed' AND moved.unasked THEN
      cold := cold || moved.id;
    END IF;
  END LOOP;
  IF cardinality(cold) > 0 THEN
    walled := ARRAY(SELECT l.id FROM leads l WHERE l.id IN (SELECT m.lead_id FROM lead_messages m WHERE m.id = ANY (cold)) AND NOT app.is_asked(l));
    UPDATE leads SET write_first = coalesce(write_first, 'refused') WHERE id = ANY (walled);
    UPDATE lead_messages m SET status_reason = says WHERE m.id = ANY (cold) AND m.lead_id = ANY (walled);
    RETURN QUERY
    UPDATE lead_messages m SET status = 'cancelled', status_reason = says, held = NULL
     WHERE m.bot_id = p_bot AND m.lead_id = ANY (walled) AND m.status = 'queued'
    RETURNING m.lead_id, m.id, m.status;
  END IF;
END
$$;
