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

-- A message whose file cannot be had now waits, and lets others go first. It was not claimed, so it costs no try. False: it is
-- not queued any more.
CREATE FUNCTION app.put_off_send(p_workspace uuid, p_message int, p_retry_ms int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM app.enter(p_workspace);
  UPDATE lead_messages SET held = NULL, not_before = clock_timestamp() + make_interval(secs => p_retry_ms / 1000.0)
   WHERE id = p_message AND status = 'queued';
  RETURN FOUND;
END
$$;
GRANT EXECUTE ON FUNCTION app.put_off_send(uuid, int, int) TO wbm_bot_runner;

-- A person is called where these messages, as far as they are the bot's, were the answer that a customer waited for: they will not
-- be sent, or nobody knows whether they were, and nothing of ours follows that may still answer. Whoever has the chat keeps it.
-- The caller holds the locks of the leads and names what has ended just now. Answers the leads that wait.
CREATE FUNCTION app.call_person(p_messages int[]) RETURNS SETOF int LANGUAGE sql AS $$
  UPDATE leads l SET waiting_since = coalesce(l.waiting_since, clock_timestamp()), waiting_reason = coalesce(l.waiting_reason, 'message')
   WHERE l.id IN (
     SELECT m.lead_id FROM lead_messages m WHERE m.id = ANY (p_messages) AND m.sender = 'bot'
        AND NOT EXISTS (SELECT 1 FROM lead_messages a WHERE a.lead_id = m.lead_id AND a.seq > m.seq AND a.sender <> 'customer'
                           AND a.status NOT IN ('cancelled', 'failed')))
  RETURNING l.id
$$;
GRANT EXECUTE ON FUNCTION app.call_person(int[]) TO wbm_bot_runner, wbm_gateway;

-- As before, and the customer whom it leaves without an answer waits for a person.
-- What became of a claimed message: sent, failed, unconfirmed, or queued again (only when it is known that it never left).
-- Only a row that is still `sending` moves, so an ack that was faster stands; and only by the run that claimed it or a later
-- one, so that a run which lost the bot says nothing about its successor's send.
-- p_why, of one that WhatsApp refused: not-on-whatsapp and write-first are the person's doing. Then the chat is marked until
-- they write, and what else is queued for them is cancelled for the same p_reason; an ack that told of the refusal first
-- changes nothing about that. Somebody who wrote within a day, or meanwhile, is no cold contact: only the message is refused.
-- Answers {moved, cancelled: [messageId]}.
CREATE OR REPLACE FUNCTION app.mark_send(p_workspace uuid, p_message int, p_epoch int, p_outcome text, p_reason text, p_retry_ms int, p_why text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  l leads%ROWTYPE;
  moved boolean;
  unsent boolean := p_outcome IN ('failed', 'unconfirmed');
  wall text := CASE WHEN p_outcome <> 'failed' THEN NULL WHEN p_why = 'not-on-whatsapp' THEN p_why WHEN p_why = 'write-first' THEN 'refused' END;
  says text := p_reason;
  gone int[] := '{}';
BEGIN
  PERFORM app.enter(p_workspace);
  IF unsent THEN
    SELECT * INTO l FROM leads WHERE id = (SELECT lead_id FROM lead_messages WHERE id = p_message) FOR NO KEY UPDATE;
  END IF;
  IF wall IS NOT NULL AND app.is_asked(l) THEN
    wall := NULL;
    says := 'WhatsApp refused the message.';
  END IF;
  UPDATE lead_messages SET status = p_outcome, status_reason = says,
         not_before = CASE WHEN p_outcome = 'queued' THEN clock_timestamp() + make_interval(secs => p_retry_ms / 1000.0) END,
         acked_at = CASE WHEN p_outcome = 'sent' THEN clock_timestamp() ELSE acked_at END
   WHERE id = p_message AND status = 'sending' AND claimed_epoch <= p_epoch AND p_outcome IN ('sent', 'failed', 'unconfirmed', 'queued');
  moved := FOUND;
  IF wall IS NOT NULL AND EXISTS (SELECT 1 FROM lead_messages WHERE id = p_message AND status = 'failed' AND claimed_epoch <= p_epoch) THEN
    UPDATE leads SET write_first = wall WHERE id = l.id;
    WITH c AS (
      UPDATE lead_messages SET status = 'cancelled', status_reason = p_reason, held = NULL
       WHERE lead_id = l.id AND status = 'queued' RETURNING id
    ) SELECT coalesce(array_agg(id ORDER BY id), '{}') INTO gone FROM c;
  END IF;
  IF unsent THEN
    PERFORM app.call_person(CASE WHEN moved THEN p_message || gone ELSE gone END);
  END IF;
  RETURN jsonb_build_object('moved', moved, 'cancelled', to_jsonb(gone));
END
$$;

-- ── A bot that is deleted ────────────────────────────────────────────────────────────────────────────────────────
-- What nobody will send or fetch any more is settled in the transaction that deletes the bot, which has locked its row. Whoever
-- queues a message or enters a file locks the row too, and so either comes before and is settled, or sees that the bot is gone.
-- Answers the leads that wait for a person since, [leadId]: what was settled was the answer they waited for.
CREATE FUNCTION app.settle_deleted(p_workspace uuid, p_bot text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  those int[];
BEGIN
  PERFORM app.enter(p_workspace);
  PERFORM 1 FROM leads l
    WHERE l.id IN (SELECT m.lead_id FROM lead_messages m WHERE m.bot_id = p_bot AND m.status IN ('queued', 'sending'))
    ORDER BY l.id FOR NO KEY UPDATE;
  those := ARRAY(SELECT m.id FROM lead_messages m WHERE m.bot_id = p_bot AND m.status IN ('queued', 'sending') ORDER BY m.id FOR NO KEY UPDATE);
  UPDATE lead_messages SET held = NULL,
         status = CASE status WHEN 'queued' THEN 'cancelled' ELSE 'unconfirmed' END,
         status_reason = CASE status WHEN 'queued' THEN 'The bot was deleted.'
           ELSE 'The bot was deleted while it was sent. Look at the phone before you send it again.' END
   WHERE id = ANY (those);
  UPDATE media SET state = 'failed', due_at = NULL WHERE bot_id = p_bot AND state = 'pending' AND wa_message_id IS NOT NULL;
  RETURN (SELECT coalesce(jsonb_agg(waits), '[]') FROM app.call_person(those) waits);
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

-- What is no answer is said nowhere: while the chat's owner is still the one whom it was made for, a person is called.
CREATE OR REPLACE FUNCTION app.refuse_turn(p_workspace uuid, p_turn int, p_reason text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  t ai_turns%ROWTYPE;
BEGIN
  PERFORM app.enter(p_workspace);
  PERFORM 1 FROM leads WHERE id = (SELECT lead_id FROM ai_turns WHERE id = p_turn) FOR NO KEY UPDATE;
  UPDATE ai_turns SET refused = p_reason WHERE id = p_turn AND delivered_at IS NULL AND refused IS NULL RETURNING * INTO t;
  UPDATE leads SET waiting_since = coalesce(waiting_since, clock_timestamp()), waiting_reason = coalesce(waiting_reason, 'message')
   WHERE id = t.lead_id AND t.kind = 'reply' AND owner = 'bot' AND owner_version = t.owner_version;
  RETURN t.id IS NOT NULL;
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

-- ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────
DROP FUNCTION app.release_lead(uuid, int, text, boolean, int);
-- Gives the chat back to the bot. A customer whose last message nobody answered is owed an answer; what was cancelled or failed is
-- none, and neither history nor what was taken back is answered. The bot gives it after the quiet time; when it may not answer now
-- (p_may_answer), or WhatsApp takes nothing for this person, they wait for a person, whoever that will be.
-- Answers {outcome: released | already | not-yours | not-found, replyInMs}.
CREATE FUNCTION app.release_lead(p_workspace uuid, p_lead int, p_by text, p_force boolean, p_quiet_ms int, p_may_answer boolean DEFAULT true)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  l leads%ROWTYPE;
  owed boolean;
  answers boolean;
  waits boolean;
BEGIN
  PERFORM app.enter(p_workspace);
  SELECT * INTO l FROM leads WHERE id = p_lead FOR NO KEY UPDATE;
  IF l.id IS NULL THEN
    RETURN jsonb_build_object('outcome', 'not-found');
  END IF;
  IF l.owner = 'bot' THEN
    RETURN jsonb_build_object('outcome', 'already');
  END IF;
  IF l.assigned_to IS DISTINCT FROM p_by AND l.assigned_to IS NOT NULL AND NOT p_force THEN
    RETURN jsonb_build_object('outcome', 'not-yours', 'assignedTo', l.assigned_to);
  END IF;
  owed := EXISTS (SELECT 1 FROM (SELECT c.seq, c.history FROM lead_messages c WHERE c.lead_id = p_lead AND c.sender = 'customer' AND c.revoked_at IS NULL
                                  ORDER BY c.seq DESC LIMIT 1) c
                   WHERE NOT c.history AND NOT EXISTS (SELECT 1 FROM lead_messages a WHERE a.lead_id = p_lead AND a.seq > c.seq AND a.sender <> 'customer'
                                                          AND a.status NOT IN ('cancelled', 'failed')));
  answers := owed AND p_may_answer AND l.write_first IS NULL;
  waits := owed AND NOT answers;
  UPDATE leads SET owner = 'bot', owner_version = owner_version + 1, version = version + 1, assigned_to = NULL,
         status = CASE WHEN status = 'assigned' THEN CASE WHEN qualified_at IS NULL THEN 'capturing' ELSE 'qualified' END ELSE status END,
         waiting_since = CASE WHEN waits THEN coalesce(waiting_since, clock_timestamp()) END,
         waiting_reason = CASE WHEN waits THEN coalesce(waiting_reason, 'message') END,
         unanswered_since = CASE WHEN answers THEN clock_timestamp() ELSE unanswered_since END,
         reply_due_at = CASE WHEN answers THEN clock_timestamp() + make_interval(secs => p_quiet_ms / 1000.0) ELSE reply_due_at END,
         reply_kind = CASE WHEN answers THEN 'reply' ELSE reply_kind END
   WHERE id = p_lead RETURNING * INTO l;
  RETURN jsonb_build_object('outcome', 'released', 'botId', l.bot_id,
    'replyInMs', CASE WHEN l.reply_due_at IS NOT NULL THEN greatest(0, ceil(extract(epoch FROM l.reply_due_at - clock_timestamp()) * 1000))::int END);
END
$$;
GRANT EXECUTE ON FUNCTION app.release_lead(uuid, int, text, boolean, int, boolean) TO wbm_gateway;

-- ── Acks ─────────────────────────────────────────────────────────────────────────────────────────────────────────
-- Delivery marks, in batches and only upwards: a failed message that a phone received did arrive. p_acks: [{waMessageId, ack}] with WhatsApp's numbers (-1 error, 1 server, 2 device, 3 read, 4 played).
-- An error is WhatsApp's last word on what was sent from here and no phone has: also of a message that is marked sent, for that
-- may rest on the library's word alone. One that was unasked closes its chat as app.mark_send does, unless the customer
-- wrote within a day or meanwhile; and, as there, a customer who is left without an answer waits for a person.
-- Answers what moved, and what was cancelled because of it.
CREATE OR REPLACE FUNCTION app.record_acks(p_workspace uuid, p_bot text, p_acks jsonb)
RETURNS TABLE (lead_id int, message_id int, status text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  told text[] := ARRAY(SELECT a ->> 'waMessageId' FROM jsonb_array_elements(p_acks) a);
  refused text[] := ARRAY(SELECT a ->> 'waMessageId' FROM jsonb_array_elements(p_acks) a WHERE (a ->> 'ack')::int < 0);
  those int[]; -- leads of which something was refused
  moved record;
  unsent int[] := '{}'; -- messages that were refused, and what is cancelled because of them
  cold int[] := '{}'; -- those that were refused and unasked
  walled int[];
  gone int[];
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
      -- Of a message that no phone has, a refusal is the last word, in whatever order it came.
      SELECT t.wa, CASE WHEN min(t.ack) < 0 AND max(t.ack) < 2 THEN -1 ELSE max(t.ack) END AS ack
        FROM (SELECT a ->> 'waMessageId' AS wa, (a ->> 'ack')::int AS ack FROM jsonb_array_elements(p_acks) a) t GROUP BY 1
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
    IF moved.status = 'failed' THEN
      unsent := unsent || moved.id;
      cold := CASE WHEN moved.unasked THEN cold || moved.id ELSE cold END;
    END IF;
  END LOOP;
  IF cardinality(cold) > 0 THEN
    walled := ARRAY(SELECT l.id FROM leads l WHERE l.id IN (SELECT m.lead_id FROM lead_messages m WHERE m.id = ANY (cold)) AND NOT app.is_asked(l));
    UPDATE leads SET write_first = coalesce(write_first, 'refused') WHERE id = ANY (walled);
    UPDATE lead_messages m SET status_reason = says WHERE m.id = ANY (cold) AND m.lead_id = ANY (walled);
    gone := ARRAY(SELECT m.id FROM lead_messages m WHERE m.bot_id = p_bot AND m.lead_id = ANY (walled) AND m.status = 'queued');
    RETURN QUERY
    UPDATE lead_messages m SET status = 'cancelled', status_reason = says, held = NULL WHERE m.id = ANY (gone)
    RETURNING m.lead_id, m.id, m.status;
    unsent := unsent || gone;
  END IF;
  PERFORM app.call_person(unsent);
END
$$;

-- ── Filing ───────────────────────────────────────────────────────────────────────────────────────────────────────
-- Files a chat's raw rows, in order, under its lead.
-- The chat is locked before the lead: one worker after the other files it, so that nobody decides on what another is just filing.
-- p_contact: {lid, phone, pushName}. A chat that has a lead keeps it until its rows name a number: the person may be known by the
-- chat's LID as well, as somebody else, and a look-up of the number that failed is no reason to go back to them.
-- p_messages, in order: what was written: {kind: message|decrypted, inboundId, waMessageId, sender: customer|phone, type, text, at, history, correlationId},
-- and what became of it: {kind: edit|revoke|reaction, inboundId, waMessageId, by: customer|business, text, at, …}, whose waMessageId is
-- that of the message it changes. Only whoever wrote a message edits it or takes it back. Looked for is what this lead has, and what
-- another has from this very chat: there only the message changes, for these facts are this lead's. A change of a message that is not there
-- is filed under no lead; should the message come after all, the change is filed once more, behind it.
-- p_facts: {fields: [{name, value, source, inboundId, quote, confidence}], values: {name: value}, status, waitingReason}
-- p_due: reply | capture | null; p_expected_lead, p_expected_version: the lead the facts were decided on, null and 0 for none.
-- Answers {outcome: filed | stale | nothing, messageIds, changedIds (both by inboundId), …}. nothing: somebody else filed these rows, or they
-- are changes in a chat that has no lead, which is then null. stale: somebody changed the lead's facts meanwhile, or these rows belong to
-- another lead than was thought, or to one at all; read again and decide again.
CREATE OR REPLACE FUNCTION app.file_messages(
  p_workspace uuid, p_bot text, p_chat uuid, p_contact jsonb, p_messages jsonb, p_facts jsonb,
  p_due text, p_quiet_ms int, p_max_wait_ms int, p_expected_lead int, p_expected_version int
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  contact uuid;
  l leads%ROWTYPE;
  made boolean := false;
  fresh bigint[];
  m jsonb;
  ids jsonb := '{}';
  new_id int;
  silenced record;
  was_silenced boolean := false;
  changed_hands boolean := false;
  cancelled_ids int[] := '{}';
  leaving_ids int[] := '{}';
  last_text_at timestamptz;
  customer_wrote boolean := false;
  customer_came boolean := false;
  changed jsonb := '{}';
  unheard_of bigint[] := '{}';
  came text[] := '{}';
  t lead_messages%ROWTYPE;
  reread boolean := false;
  took_back boolean := false;
  starts_again boolean;
  nothing_left boolean := false;
  nothing_to_say boolean := false;
  waited_since timestamptz;
  this_moment timestamptz;
  the_jid text;
  chat chats%ROWTYPE;
  elsewhere int[]; -- messages that these rows change, and that another lead has from this chat
  left_lead int; -- the lead that a message leaves
BEGIN
  PERFORM app.enter(p_workspace);
  SELECT * INTO STRICT chat FROM chats WHERE id = p_chat FOR NO KEY UPDATE;
  IF NOT EXISTS (SELECT 1 FROM jsonb_array_elements(p_messages) r WHERE coalesce(r ->> 'kind', 'message') IN ('message', 'decrypted')) THEN
    -- What somebody does with an old message makes nobody a lead.
    SELECT * INTO l FROM leads WHERE id = p_expected_lead AND bot_id = p_bot;
    IF (l.id IS NULL AND p_expected_lead IS NOT NULL) OR (chat.lead_id IS NOT NULL AND chat.lead_id IS DISTINCT FROM p_expected_lead) THEN
      RETURN jsonb_build_object('outcome', 'stale');
    END IF;
    IF l.id IS NULL THEN
      UPDATE inbound_messages SET filed_at = clock_timestamp()
       WHERE chat_id = p_chat AND filed_at IS NULL AND refused IS NULL
         AND id IN (SELECT (r ->> 'inboundId')::bigint FROM jsonb_array_elements(p_messages) r);
      RETURN jsonb_build_object('outcome', 'nothing', 'leadId', NULL);
    END IF;
  ELSE
    the_jid := chat.jid;
    IF chat.lead_id IS NOT NULL AND p_contact ->> 'phone' IS NULL THEN
      SELECT contact_id INTO STRICT contact FROM leads WHERE id = chat.lead_id;
      UPDATE contacts SET push_name = p_contact ->> 'pushName' WHERE id = contact AND push_name IS DISTINCT FROM coalesce(p_contact ->> 'pushName', push_name);
    ELSE
      contact := app.resolve_contact(p_workspace, p_contact ->> 'lid', p_contact ->> 'phone', p_contact ->> 'pushName');
    END IF;
    INSERT INTO leads (workspace_id, bot_id, contact_id, whatsapp_number, chat_jid, captured_at, last_message_at)
    VALUES (p_workspace, p_bot, contact, p_contact ->> 'phone', the_jid, clock_timestamp(), clock_timestamp())
    ON CONFLICT (bot_id, contact_id) DO NOTHING RETURNING true INTO made;
    SELECT * INTO STRICT l FROM leads WHERE bot_id = p_bot AND contact_id = contact;
  END IF;
  elsewhere := ARRAY(SELECT x.id FROM lead_messages x
    WHERE x.bot_id = p_bot AND x.lead_id <> l.id
      AND x.wa_message_id = ANY (ARRAY(SELECT r ->> 'waMessageId' FROM jsonb_array_elements(p_messages) r WHERE r ->> 'kind' <> 'message'))
      AND (x.chat_jid = chat.jid
        OR EXISTS (SELECT 1 FROM inbound_messages i WHERE i.bot_id = p_bot AND i.wa_message_id = x.wa_message_id AND i.chat_id = p_chat)
        OR EXISTS (SELECT 1 FROM inbound_messages i WHERE i.bot_id = p_bot AND i.target = x.wa_message_id AND i.chat_id = p_chat AND i.payload ->> 'kind' = 'decrypted')));
  PERFORM 1 FROM leads o
    WHERE o.id = ANY (l.id || ARRAY(SELECT x.lead_id FROM lead_messages x WHERE x.id = ANY (elsewhere))) ORDER BY o.id FOR NO KEY UPDATE;
  SELECT * INTO STRICT l FROM leads WHERE id = l.id;
  -- Before the check: a chat of somebody already known by another id finds its lead on the next reading.
  UPDATE chats SET lead_id = l.id WHERE id = p_chat AND lead_id IS DISTINCT FROM l.id;
  IF NOT coalesce(made, false) AND (l.version <> p_expected_version OR l.id <> p_expected_lead) THEN
    RETURN jsonb_build_object('outcome', 'stale');
  END IF;

  WITH f AS (
    UPDATE inbound_messages SET filed_at = clock_timestamp(), lead_id = l.id
     WHERE chat_id = p_chat AND filed_at IS NULL AND refused IS NULL
       AND id IN (SELECT (r ->> 'inboundId')::bigint FROM jsonb_array_elements(p_messages) r)
    RETURNING id
  ) SELECT coalesce(array_agg(id), '{}') INTO fresh FROM f;
  IF cardinality(fresh) = 0 THEN
    RETURN jsonb_build_object('outcome', 'nothing', 'leadId', l.id);
  END IF;

  -- What changes below, and what a takeover cancels, is locked in the order in which acks lock it, or each could wait for the other.
  PERFORM 1 FROM lead_messages o
    WHERE o.id = ANY (elsewhere
                   || ARRAY(SELECT x.id FROM lead_messages x WHERE x.bot_id = p_bot AND x.lead_id = l.id AND x.sender <> 'customer'
                               AND x.wa_message_id = ANY (ARRAY(SELECT r ->> 'waMessageId' FROM jsonb_array_elements(p_messages) r)))
                   || ARRAY(SELECT x.id FROM lead_messages x WHERE x.bot_id = p_bot AND x.lead_id = l.id AND x.status = 'queued'))
    ORDER BY o.id FOR NO KEY UPDATE;

  FOR m IN SELECT r FROM jsonb_array_elements(p_messages) r LOOP
    CONTINUE WHEN NOT ((m ->> 'inboundId')::bigint = ANY (fresh));
    IF m ->> 'kind' IN ('edit', 'revoke', 'reaction') THEN
      SELECT * INTO t FROM lead_messages WHERE bot_id = p_bot AND wa_message_id = m ->> 'waMessageId' AND (lead_id = l.id OR id = ANY (elsewhere));
      IF t.id IS NULL THEN
        unheard_of := unheard_of || (m ->> 'inboundId')::bigint;
        CONTINUE;
      END IF;
      CONTINUE WHEN t.revoked_at IS NOT NULL OR (m ->> 'kind' <> 'reaction' AND (m ->> 'by' = 'customer') <> (t.sender = 'customer'));
      IF m ->> 'kind' = 'reaction' THEN
        CONTINUE WHEN t.reactions ->> (m ->> 'by') IS NOT DISTINCT FROM nullif(m ->> 'text', '');
        UPDATE lead_messages SET reactions = CASE WHEN m ->> 'text' = '' THEN reactions - (m ->> 'by') ELSE reactions || jsonb_build_object(m ->> 'by', m ->> 'text') END
         WHERE id = t.id;
      ELSIF m ->> 'kind' = 'edit' THEN
        CONTINUE WHEN t.message = m ->> 'text';
        UPDATE lead_messages SET message = m ->> 'text', edited_at = (m ->> 'at')::timestamptz, type = CASE WHEN type = 'undecrypted' THEN 'text' ELSE type END
         WHERE id = t.id;
        reread := reread OR (t.sender = 'customer' AND t.lead_id = l.id);
      ELSE
        -- Whoever takes a message back wants its words and its file gone, wherever they are kept.
        UPDATE lead_messages SET message = '', edited_at = NULL, revoked_at = (m ->> 'at')::timestamptz, reactions = '{}' WHERE id = t.id;
        UPDATE lead_fields SET quote = NULL WHERE message_id = t.id AND quote IS NOT NULL;
        UPDATE ai_turns SET answer = jsonb_set(answer, '{fields}', (
            SELECT coalesce(jsonb_agg(f ORDER BY place) FILTER (WHERE f -> 'messageId' <> to_jsonb(t.id)), '[]')
              FROM jsonb_array_elements(answer -> 'fields') WITH ORDINALITY e (f, place)))
         WHERE lead_id = t.lead_id AND answer -> 'fields' @> jsonb_build_array(jsonb_build_object('messageId', t.id));
        UPDATE inbound_messages SET payload = payload || '{"text": "", "media": null}' WHERE bot_id = p_bot AND wa_message_id = t.wa_message_id;
        UPDATE inbound_messages SET payload = payload || '{"text": ""}' WHERE bot_id = p_bot AND target = t.wa_message_id AND payload ->> 'kind' = 'edit';
        UPDATE inbound_messages SET payload = payload || '{"text": "", "media": null}' WHERE bot_id = p_bot AND target = t.wa_message_id AND payload ->> 'kind' = 'decrypted';
        -- One that waits may just be fetched: whoever does that may die before it hears of this, so its bytes are looked for later.
        UPDATE media f SET state = 'deleted', name = NULL, size = coalesce(f.size, 0),
               due_at = CASE WHEN f.state = 'pending' THEN clock_timestamp() + interval '10 minutes' END
         WHERE f.id = t.media_id AND f.state <> 'deleted'
           AND NOT EXISTS (SELECT 1 FROM lead_messages o WHERE o.workspace_id = p_workspace AND o.media_id = f.id AND o.id <> t.id AND o.revoked_at IS NULL);
        reread := reread OR (t.sender = 'customer' AND t.lead_id = l.id);
        took_back := took_back OR (t.sender = 'customer' AND t.lead_id = l.id);
      END IF;
      IF t.lead_id <> l.id AND t.sender = 'customer' AND m ->> 'kind' <> 'reaction' THEN
        UPDATE leads SET version = version + 1 WHERE id = t.lead_id; -- as below
      END IF;
      changed := changed || jsonb_build_object(m ->> 'inboundId', t.id);
      CONTINUE;
    END IF;
    new_id := NULL;
    IF m ->> 'kind' = 'decrypted' THEN
      left_lead := (SELECT x.lead_id FROM lead_messages x WHERE x.id = ANY (elsewhere) AND x.wa_message_id = m ->> 'waMessageId');
      -- The placeholder becomes the message, and stands where it would had it come only now.
      UPDATE lead_messages SET lead_id = l.id, seq = l.last_seq + 1, type = m ->> 'type', message = m ->> 'text', "timestamp" = (m ->> 'at')::timestamptz,
             history = coalesce((m ->> 'history')::boolean, false), correlation_id = m ->> 'correlationId',
             media_id = (SELECT f.id FROM media f WHERE f.bot_id = p_bot AND f.wa_message_id = m ->> 'waMessageId')
       WHERE bot_id = p_bot AND wa_message_id = m ->> 'waMessageId' AND (lead_id = l.id OR id = ANY (elsewhere)) AND type = 'undecrypted' AND revoked_at IS NULL
         AND sender = m ->> 'sender'
      RETURNING id INTO new_id;
      IF new_id IS NOT NULL AND left_lead IS NOT NULL THEN
        -- What the other lead was to be answered for is this lead's now: it is answered here only.
        UPDATE leads o SET version = version + 1 WHERE id = left_lead;
        UPDATE leads o SET reply_due_at = NULL, unanswered_since = NULL, turn_until = NULL
         WHERE id = left_lead AND NOT EXISTS (
           SELECT 1 FROM lead_messages x WHERE x.lead_id = left_lead AND x.sender = 'customer' AND x.seq > o.answered_seq AND NOT x.history);
      END IF;
    END IF;
    IF new_id IS NULL THEN
      INSERT INTO lead_messages (workspace_id, bot_id, lead_id, seq, sender, type, message, "timestamp", status, wa_message_id, history, correlation_id, media_id)
      VALUES (p_workspace, p_bot, l.id, l.last_seq + 1, m ->> 'sender', m ->> 'type', m ->> 'text', (m ->> 'at')::timestamptz,
              CASE WHEN m ->> 'sender' = 'customer' THEN 'received' ELSE 'sent' END,
              m ->> 'waMessageId', coalesce((m ->> 'history')::boolean, false), m ->> 'correlationId',
              (SELECT f.id FROM media f WHERE f.bot_id = p_bot AND f.wa_message_id = m ->> 'waMessageId'))
      ON CONFLICT (bot_id, wa_message_id) DO NOTHING RETURNING id INTO new_id;
    END IF;
    CONTINUE WHEN new_id IS NULL; -- the row is our own message, or was filed from another chat of the same person
    l.last_seq := l.last_seq + 1;
    ids := ids || jsonb_build_object(m ->> 'inboundId', new_id);
    came := came || (m ->> 'waMessageId');
    last_text_at := greatest(last_text_at, (m ->> 'at')::timestamptz);
    IF m ->> 'sender' = 'customer' THEN
      l.last_in_seq := l.last_seq;
      customer_came := true;
      customer_wrote := customer_wrote OR NOT coalesce((m ->> 'history')::boolean, false);
    ELSIF NOT coalesce((m ->> 'history')::boolean, false) AND NOT was_silenced THEN
      SELECT s.* INTO silenced FROM app.silence_bot(l.id) s;
      was_silenced := true;
      changed_hands := l.owner = 'bot';
      cancelled_ids := silenced.cancelled;
      leaving_ids := silenced.leaving;
    END IF;
  END LOOP;

  IF cardinality(unheard_of) > 0 THEN
    UPDATE inbound_messages SET lead_id = NULL WHERE id = ANY (unheard_of);
  END IF;
  -- Changes that were told before the message they change: their turn is now.
  UPDATE inbound_messages SET filed_at = NULL
   WHERE bot_id = p_bot AND filed_at IS NOT NULL AND lead_id IS NULL AND refused IS NULL
     AND target = ANY (came)
     AND chat_id IN (SELECT c.id FROM chats c WHERE c.lead_id = l.id);

  INSERT INTO lead_fields (workspace_id, lead_id, name, value, source, message_id, quote, confidence)
  -- Materialized: under row-level security no index is used for what is compared with a `->>`.
  WITH said AS MATERIALIZED (
    SELECT f, ((ids || changed) ->> (f ->> 'inboundId'))::int AS message FROM jsonb_array_elements(p_facts -> 'fields') f
  )
  SELECT p_workspace, l.id, f ->> 'name', f ->> 'value', f ->> 'source', e.id, CASE WHEN e.revoked_at IS NULL THEN f ->> 'quote' END, (f ->> 'confidence')::real
    FROM said JOIN lead_messages e ON e.id = said.message;

  this_moment := clock_timestamp();
  -- A running turn has read what is different now, and begins again, unless the customer has waited the maximum.
  waited_since := coalesce(l.turn_waiting_since, l.unanswered_since, this_moment);
  starts_again := reread AND coalesce(l.turn_until, '-infinity') > this_moment AND l.reply_due_at IS NOT NULL
    AND this_moment < waited_since + make_interval(secs => p_max_wait_ms / 1000.0);
  -- Nobody answers a customer who took everything back; what was written before the bot listened is at most read.
  IF took_back AND p_due IS NULL AND (starts_again OR coalesce(l.turn_until, '-infinity') <= this_moment) THEN
    SELECT count(*) = 0, count(*) FILTER (WHERE NOT u.history) = 0 INTO nothing_left, nothing_to_say
      FROM lead_messages u WHERE u.lead_id = l.id AND u.sender = 'customer' AND u.seq > l.answered_seq AND u.revoked_at IS NULL;
  END IF;
  IF starts_again THEN
    l.unanswered_since := least(l.unanswered_since, l.turn_waiting_since);
  END IF;
  UPDATE leads SET
    last_seq = l.last_seq,
    last_in_seq = l.last_in_seq,
    chat_jid = coalesce(the_jid, chat_jid),
    write_first = CASE WHEN customer_came THEN NULL ELSE write_first END,
    whatsapp_number = coalesce(whatsapp_number, p_contact ->> 'phone'),
    last_message_at = CASE WHEN made THEN coalesce(last_text_at, this_moment) ELSE greatest(last_message_at, last_text_at) END,
    name = coalesce(p_facts -> 'values' ->> 'name', name),
    email = coalesce(p_facts -> 'values' ->> 'email', email),
    location = coalesce(p_facts -> 'values' ->> 'location', location),
    phone = coalesce(p_facts -> 'values' ->> 'phone', phone),
    status = coalesce(p_facts ->> 'status', status),
    qualified_at = CASE WHEN p_facts ->> 'status' = 'qualified' THEN coalesce(qualified_at, this_moment) ELSE qualified_at END,
    waiting_since = CASE
      WHEN p_facts ->> 'waitingReason' IS NOT NULL THEN coalesce(waiting_since, this_moment)
      WHEN was_silenced THEN CASE WHEN owner = 'human' AND customer_wrote AND l.last_in_seq = l.last_seq THEN this_moment END
      WHEN owner = 'human' AND customer_wrote THEN coalesce(waiting_since, this_moment)
      ELSE waiting_since END,
    waiting_reason = CASE
      WHEN p_facts ->> 'waitingReason' IS NOT NULL THEN coalesce(waiting_reason, p_facts ->> 'waitingReason')
      WHEN was_silenced THEN CASE WHEN owner = 'human' AND customer_wrote AND l.last_in_seq = l.last_seq THEN 'message' END
      WHEN owner = 'human' AND customer_wrote THEN coalesce(waiting_reason, 'message')
      ELSE waiting_reason END,
    -- Also when a message is not what it was: whoever decides on what it said decides again.
    version = version + CASE WHEN reread OR p_facts ->> 'status' IS NOT NULL OR p_facts -> 'values' <> '{}'::jsonb THEN 1 ELSE 0 END,
    turn_until = CASE WHEN starts_again THEN NULL ELSE turn_until END,
    turn_waiting_since = CASE WHEN starts_again THEN NULL ELSE turn_waiting_since END,
    -- Nobody waits for what history or an edit says: it begins no waiting, and puts off no reply.
    unanswered_since = CASE WHEN nothing_left THEN NULL WHEN p_due IS NULL OR (p_due = 'capture' AND NOT customer_wrote) THEN l.unanswered_since ELSE coalesce(l.unanswered_since, this_moment) END,
    reply_due_at = CASE WHEN nothing_left THEN NULL WHEN p_due IS NULL AND NOT starts_again THEN reply_due_at
      WHEN p_due = 'capture' AND NOT customer_wrote AND NOT starts_again AND reply_due_at IS NOT NULL AND reply_kind = 'reply' THEN reply_due_at
      ELSE greatest(this_moment, least(this_moment + make_interval(secs => p_quiet_ms / 1000.0),
                                       coalesce(l.unanswered_since, this_moment) + make_interval(secs => p_max_wait_ms / 1000.0))) END,
    reply_kind = CASE WHEN nothing_left THEN NULL WHEN nothing_to_say AND reply_kind = 'reply' THEN 'capture' WHEN p_due IS NULL THEN reply_kind WHEN owner = 'human' THEN 'capture'
      WHEN reply_due_at IS NOT NULL AND reply_kind = 'reply' THEN 'reply' -- history that comes late does not take back an answer that is due
      ELSE p_due END
  WHERE id = l.id
  RETURNING * INTO l;

  RETURN jsonb_build_object(
    'outcome', 'filed', 'leadId', l.id, 'created', coalesce(made, false), 'owner', l.owner, 'status', l.status, 'assignedTo', l.assigned_to,
    'messageIds', ids, 'changedIds', changed, 'replyDueAt', l.reply_due_at, 'replyInMs', CASE WHEN l.reply_due_at IS NOT NULL THEN greatest(0, ceil(extract(epoch FROM l.reply_due_at - clock_timestamp()) * 1000))::int END,
    'takenOver', changed_hands, 'cancelled', to_jsonb(cancelled_ids), 'leaving', to_jsonb(leaving_ids));
END
$$;

-- As before, but the message that a row is about is found by the index: under row-level security
-- none is used for what is compared with a `->>` or a `coalesce`.
-- A chat's raw rows, oldest first, with the bot and the lead they will be filed under: the one that filing linked to the chat;
-- else that of the contact whom the chat's own id, or else its rows, name. Filing has the last word on whose they are (a number
-- with and without Brazil's ninth digit is one person, and only the rules know it): when it finds another lead it links that
-- one, so the next reading is right. Null: no such chat.
CREATE OR REPLACE FUNCTION app.gather_chat(p_workspace uuid, p_bot text, p_chat uuid, p_limit int) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  b bots%ROWTYPE;
  f bot_features%ROWTYPE;
  c chats%ROWTYPE;
  l leads%ROWTYPE;
  the_rows jsonb;
  the_phone text;
  the_lid text;
  the_contact uuid;
BEGIN
  PERFORM app.enter(p_workspace);
  SELECT * INTO c FROM chats WHERE id = p_chat AND bot_id = p_bot;
  IF c.id IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT * INTO STRICT b FROM bots WHERE id = p_bot;
  SELECT * INTO STRICT f FROM bot_features WHERE bot_id = p_bot;
  SELECT max(i.payload ->> 'phone') FILTER (WHERE i.payload ->> 'phone' ~ '^\+\d{6,15}$'),
         max(i.payload ->> 'lid') FILTER (WHERE i.payload ->> 'lid' ~ '^\d{4,24}$')
    INTO the_phone, the_lid
    FROM (SELECT * FROM inbound_messages WHERE chat_id = p_chat AND filed_at IS NULL AND refused IS NULL ORDER BY run_epoch, n LIMIT p_limit) i;
  the_phone := coalesce('+' || substring(c.jid FROM '^(\d{6,15})@(?:c\.us|s\.whatsapp\.net)$'), the_phone);
  the_lid := coalesce(substring(c.jid FROM '^(\d{4,24})@lid$'), the_lid);
  SELECT id INTO the_contact FROM contacts
   WHERE (the_phone IS NOT NULL AND phone = the_phone) OR (the_lid IS NOT NULL AND lid = the_lid)
   ORDER BY (phone IS NOT DISTINCT FROM the_phone) DESC LIMIT 1;
  SELECT * INTO l FROM leads WHERE id = c.lead_id;
  IF l.id IS NULL THEN
    SELECT * INTO l FROM leads WHERE bot_id = p_bot AND contact_id = the_contact;
  END IF;
  SELECT coalesce(jsonb_agg(jsonb_build_object('id', i.id::text, 'chatId', i.chat_id, 'waMessageId', i.wa_message_id, 'payload', i.payload,
           'history', i.history, 'correlationId', i.correlation_id,
           'about', (SELECT jsonb_build_object('sender', a.sender, 'type', a.type, 'text', a.message, 'revoked', a.revoked_at IS NOT NULL, 'answered', a.seq <= l.answered_seq)
                       FROM lead_messages a WHERE a.bot_id = p_bot AND a.lead_id = l.id AND a.wa_message_id = i.about))
           ORDER BY i.run_epoch, i.n), '[]')
    INTO the_rows
    FROM (SELECT *, coalesce(target, wa_message_id) AS about FROM inbound_messages WHERE chat_id = p_chat AND filed_at IS NULL AND refused IS NULL ORDER BY run_epoch, n LIMIT p_limit) i;
  RETURN jsonb_build_object(
    'bot', app.bot_json(b), 'features', app.features_json(f), 'jid', c.jid,
    'contact', jsonb_build_object('phone', the_phone, 'lid', the_lid),
    'lead', CASE WHEN l.id IS NOT NULL THEN app.lead_json(l) END,
    'sources', CASE WHEN l.id IS NOT NULL THEN app.lead_sources(l) ELSE '{}'::jsonb END,
    'rows', the_rows);
END
$$;
