-- The hot paths: one round trip each. They hold guards and state changes, never business rules; the rules are functions
-- of packages/domain, and what they decided comes in as arguments.
-- Lock order everywhere: bot → lead → messages. plpgsql, because each statement then has a snapshot of its own.

CREATE FUNCTION app.enter(p_workspace uuid) RETURNS void LANGUAGE sql
AS $$ SELECT set_config('app.workspace_id', p_workspace::text, true) $$;

-- ── Receiving ────────────────────────────────────────────────────────────────────────────────────────────────────
-- Writes what a session reported. The same WhatsApp message again changes nothing, and our own message coming back is
-- known by the id that was chosen before it was claimed.
-- p_rows: [{jid, waMessageId, n, payload, history, correlationId}]; answers the chats whose rows wait to be filed.
CREATE FUNCTION app.receive_inbound(p_workspace uuid, p_bot text, p_epoch int, p_rows jsonb)
RETURNS TABLE (chat_id uuid, stored int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM app.enter(p_workspace);
  INSERT INTO chats (workspace_id, bot_id, jid)
  SELECT DISTINCT p_workspace, p_bot, r ->> 'jid' FROM jsonb_array_elements(p_rows) r
  ON CONFLICT (bot_id, jid) DO NOTHING;
  RETURN QUERY
  WITH incoming AS (
    SELECT c.id AS chat, r ->> 'waMessageId' AS wa, (r ->> 'n')::int AS n, r -> 'payload' AS payload,
           coalesce((r ->> 'history')::boolean, false) AS history, r ->> 'correlationId' AS cid
      FROM jsonb_array_elements(p_rows) r
      JOIN chats c ON c.bot_id = p_bot AND c.jid = r ->> 'jid'
     WHERE NOT EXISTS (SELECT 1 FROM lead_messages m WHERE m.bot_id = p_bot AND m.wa_message_id = r ->> 'waMessageId')
  ), inserted AS (
    INSERT INTO inbound_messages (workspace_id, bot_id, chat_id, wa_message_id, run_epoch, n, payload, history, correlation_id, received_at)
    SELECT p_workspace, p_bot, i.chat, i.wa, p_epoch, i.n, i.payload, i.history, i.cid, clock_timestamp() FROM incoming i
    ON CONFLICT (bot_id, wa_message_id) DO NOTHING
    RETURNING inbound_messages.chat_id
  )
  SELECT i.chat, (SELECT count(*)::int FROM inserted s WHERE s.chat_id = i.chat) FROM incoming i GROUP BY i.chat;
END
$$;

-- ── Filing ───────────────────────────────────────────────────────────────────────────────────────────────────────
-- The bot falls silent: bumps the owner version and cancels what waits. What is just leaving is answered, so that the
-- person taking over can be told. Never one statement: its first snapshot would miss rows that are being claimed.
-- The caller holds the lead's lock.
CREATE FUNCTION app.silence_bot(p_lead int, OUT cancelled int[], OUT leaving int[]) LANGUAGE plpgsql AS $$
BEGIN
  UPDATE leads SET owner = 'human', owner_version = owner_version + 1,
         reply_kind = CASE WHEN reply_due_at IS NULL THEN reply_kind ELSE 'capture' END
   WHERE id = p_lead;
  WITH c AS (
    UPDATE lead_messages SET status = 'cancelled', status_reason = 'A person took over the chat.'
     WHERE lead_id = p_lead AND sender = 'bot' AND status = 'queued' RETURNING id
  ) SELECT coalesce(array_agg(id ORDER BY id), '{}') INTO cancelled FROM c;
  SELECT coalesce(array_agg(id ORDER BY id), '{}') INTO leaving
    FROM lead_messages WHERE lead_id = p_lead AND sender = 'bot' AND status = 'sending';
END
$$;

-- Finds or makes the contact for what WhatsApp told of a person. When the LID and the number are known as two people,
-- the one with the number is taken; joining two is a decision for a person.
CREATE FUNCTION app.resolve_contact(p_workspace uuid, p_lid text, p_phone text, p_push_name text) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  found_id uuid;
BEGIN
  LOOP
    SELECT id INTO found_id FROM contacts
     WHERE (p_phone IS NOT NULL AND phone = p_phone) OR (p_lid IS NOT NULL AND lid = p_lid)
     ORDER BY (phone IS NOT DISTINCT FROM p_phone) DESC LIMIT 1;
    IF found_id IS NULL THEN
      INSERT INTO contacts (workspace_id, lid, phone, push_name) VALUES (p_workspace, p_lid, p_phone, p_push_name)
      ON CONFLICT DO NOTHING RETURNING id INTO found_id;
      CONTINUE WHEN found_id IS NULL;
      RETURN found_id;
    END IF;
    UPDATE contacts c
       SET push_name = coalesce(p_push_name, c.push_name),
           lid = CASE WHEN c.lid IS NULL AND p_lid IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contacts o WHERE o.lid = p_lid) THEN p_lid ELSE c.lid END,
           phone = CASE WHEN c.phone IS NULL AND p_phone IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contacts o WHERE o.phone = p_phone) THEN p_phone ELSE c.phone END
     WHERE c.id = found_id
       AND (c.push_name IS DISTINCT FROM coalesce(p_push_name, c.push_name) OR (c.lid IS NULL AND p_lid IS NOT NULL) OR (c.phone IS NULL AND p_phone IS NOT NULL));
    RETURN found_id;
  END LOOP;
END
$$;

-- Files a chat's raw rows, in order, under its lead.
-- p_contact: {lid, phone, pushName}
-- p_messages, in order: [{inboundId, waMessageId, sender: customer|phone, type, text, at, history, correlationId}]
-- p_facts: {fields: [{name, value, source, inboundId, quote, confidence}], values: {name: value}, status, waitingReason}
-- p_due: reply | capture | null; p_expected_lead, p_expected_version: the lead the facts were decided on, null and 0 for none.
-- Answers {outcome: filed | stale | nothing, …}. stale: somebody changed the lead's facts meanwhile, or these rows belong to
-- another lead; read again and decide again.
CREATE FUNCTION app.file_messages(
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
  this_moment timestamptz;
  the_jid text;
BEGIN
  PERFORM app.enter(p_workspace);
  contact := app.resolve_contact(p_workspace, p_contact ->> 'lid', p_contact ->> 'phone', p_contact ->> 'pushName');
  SELECT jid INTO STRICT the_jid FROM chats WHERE id = p_chat;
  INSERT INTO leads (workspace_id, bot_id, contact_id, whatsapp_number, chat_jid, captured_at, last_message_at)
  VALUES (p_workspace, p_bot, contact, p_contact ->> 'phone', the_jid, clock_timestamp(), clock_timestamp())
  ON CONFLICT (bot_id, contact_id) DO NOTHING RETURNING true INTO made;
  SELECT * INTO STRICT l FROM leads WHERE bot_id = p_bot AND contact_id = contact FOR NO KEY UPDATE;
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

  FOR m IN SELECT r FROM jsonb_array_elements(p_messages) r LOOP
    CONTINUE WHEN NOT ((m ->> 'inboundId')::bigint = ANY (fresh));
    INSERT INTO lead_messages (workspace_id, bot_id, lead_id, seq, sender, type, message, "timestamp", status, wa_message_id, history, correlation_id)
    VALUES (p_workspace, p_bot, l.id, l.last_seq + 1, m ->> 'sender', m ->> 'type', m ->> 'text', (m ->> 'at')::timestamptz,
            CASE WHEN m ->> 'sender' = 'customer' THEN 'received' ELSE 'sent' END,
            m ->> 'waMessageId', coalesce((m ->> 'history')::boolean, false), m ->> 'correlationId')
    ON CONFLICT (bot_id, wa_message_id) DO NOTHING RETURNING id INTO new_id;
    CONTINUE WHEN new_id IS NULL; -- the row is our own message, or was filed from another chat of the same person
    l.last_seq := l.last_seq + 1;
    ids := ids || jsonb_build_object(m ->> 'inboundId', new_id);
    last_text_at := greatest(last_text_at, (m ->> 'at')::timestamptz);
    IF m ->> 'sender' = 'customer' THEN
      l.last_in_seq := l.last_seq;
      customer_wrote := customer_wrote OR NOT coalesce((m ->> 'history')::boolean, false);
    ELSIF NOT coalesce((m ->> 'history')::boolean, false) AND NOT was_silenced THEN
      SELECT s.* INTO silenced FROM app.silence_bot(l.id) s;
      was_silenced := true;
      changed_hands := l.owner = 'bot';
      cancelled_ids := silenced.cancelled;
      leaving_ids := silenced.leaving;
    END IF;
  END LOOP;

  INSERT INTO lead_fields (workspace_id, lead_id, name, value, source, message_id, quote, confidence)
  SELECT p_workspace, l.id, f ->> 'name', f ->> 'value', f ->> 'source', (ids ->> (f ->> 'inboundId'))::int, f ->> 'quote', (f ->> 'confidence')::real
    FROM jsonb_array_elements(p_facts -> 'fields') f WHERE ids ? (f ->> 'inboundId');

  this_moment := clock_timestamp();
  UPDATE leads SET
    last_seq = l.last_seq,
    last_in_seq = l.last_in_seq,
    chat_jid = the_jid,
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
    version = version + CASE WHEN p_facts ->> 'status' IS NOT NULL OR p_facts -> 'values' <> '{}'::jsonb THEN 1 ELSE 0 END,
    unanswered_since = CASE WHEN p_due IS NULL THEN unanswered_since ELSE coalesce(unanswered_since, this_moment) END,
    reply_due_at = CASE WHEN p_due IS NULL THEN reply_due_at
      ELSE greatest(this_moment, least(this_moment + make_interval(secs => p_quiet_ms / 1000.0),
                                       coalesce(unanswered_since, this_moment) + make_interval(secs => p_max_wait_ms / 1000.0))) END,
    reply_kind = CASE WHEN p_due IS NULL THEN reply_kind WHEN owner = 'human' THEN 'capture'
      WHEN reply_due_at IS NOT NULL AND reply_kind = 'reply' THEN 'reply' -- history that comes late does not take back an answer that is due
      ELSE p_due END
  WHERE id = l.id
  RETURNING * INTO l;

  RETURN jsonb_build_object(
    'outcome', 'filed', 'leadId', l.id, 'created', coalesce(made, false), 'owner', l.owner, 'status', l.status, 'assignedTo', l.assigned_to,
    'messageIds', ids, 'replyDueAt', l.reply_due_at, 'replyInMs', CASE WHEN l.reply_due_at IS NOT NULL THEN greatest(0, ceil(extract(epoch FROM l.reply_due_at - clock_timestamp()) * 1000))::int END,
    'takenOver', changed_hands, 'cancelled', to_jsonb(cancelled_ids), 'leaving', to_jsonb(leaving_ids));
END
$$;

-- A raw row that can never be filed: kept, shown, never tried again.
CREATE FUNCTION app.refuse_inbound(p_workspace uuid, p_inbound bigint, p_reason text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM app.enter(p_workspace);
  UPDATE inbound_messages SET refused = p_reason WHERE id = p_inbound AND filed_at IS NULL AND refused IS NULL;
  RETURN FOUND;
END
$$;

-- ── The turn ─────────────────────────────────────────────────────────────────────────────────────────────────────
-- Makes the caller the only one who works on this lead's due turn. No row: nothing is due, or somebody has it; then
-- `wait_ms` of the answer says when to look again, null for never. While the last answer waits to be filed the next turn is
-- not taken, for it would not have read that answer; but one that cannot be filed silences nobody for longer than a minute.
-- `failures` counts the tries before this one that
-- ended without an answer; `correlation_id` is that of the newest message of the customer.
CREATE FUNCTION app.take_turn(p_workspace uuid, p_lead int, p_lease_ms int)
RETURNS TABLE (taken boolean, turn_no int, kind text, upto_seq int, owner_version int, bot_id text, wait_ms int, failures int, correlation_id text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  unfiled boolean;
BEGIN
  PERFORM app.enter(p_workspace);
  PERFORM 1 FROM leads WHERE id = p_lead FOR NO KEY UPDATE; -- first, so that an answer stored just now is seen
  unfiled := EXISTS (SELECT 1 FROM ai_turns t WHERE t.lead_id = p_lead AND t.delivered_at IS NULL AND t.refused IS NULL
                        AND t.created_at > clock_timestamp() - interval '1 minute');
  RETURN QUERY
  UPDATE leads SET turn_no = leads.turn_no + 1,
         turn_waiting_since = least(unanswered_since, CASE WHEN turn_until IS NOT NULL THEN turn_waiting_since END),
         unanswered_since = NULL,
         turn_until = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
   WHERE id = p_lead AND reply_due_at <= clock_timestamp() AND coalesce(turn_until, '-infinity') <= clock_timestamp() AND NOT unfiled
  RETURNING true, leads.turn_no, CASE WHEN owner = 'bot' THEN coalesce(reply_kind, 'reply') ELSE 'capture' END, last_in_seq, leads.owner_version, leads.bot_id, NULL::int,
            turn_failures, (SELECT m.correlation_id FROM lead_messages m WHERE m.lead_id = leads.id AND m.seq = leads.last_in_seq);
  IF NOT FOUND THEN
    RETURN QUERY
    SELECT false, NULL::int, NULL::text, NULL::int, NULL::int, leads.bot_id,
           CASE WHEN reply_due_at IS NOT NULL
             THEN greatest(CASE WHEN unfiled THEN 250 ELSE 0 END, ceil(extract(epoch FROM greatest(reply_due_at, turn_until) - clock_timestamp()) * 1000))::int END,
           turn_failures, NULL::text
      FROM leads WHERE id = p_lead;
  END IF;
END
$$;

-- Whether a newer message makes the running turn useless: yes until the customer has waited the maximum.
CREATE FUNCTION app.is_superseded(l leads, p_upto int, p_max_wait_ms int) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT l.last_in_seq > p_upto
     AND clock_timestamp() < coalesce(l.turn_waiting_since, l.unanswered_since, clock_timestamp()) + make_interval(secs => p_max_wait_ms / 1000.0)
$$;

-- Holds the turn a little longer. Answers held, superseded, or lost (another worker has it, or it was answered).
CREATE FUNCTION app.renew_turn(p_workspace uuid, p_lead int, p_turn int, p_upto int, p_max_wait_ms int, p_lease_ms int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  l leads%ROWTYPE;
BEGIN
  PERFORM app.enter(p_workspace);
  UPDATE leads SET turn_until = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
   WHERE id = p_lead AND turn_no = p_turn AND turn_until IS NOT NULL RETURNING * INTO l;
  RETURN CASE WHEN l.id IS NULL THEN 'lost' WHEN app.is_superseded(l, p_upto, p_max_wait_ms) THEN 'superseded' ELSE 'held' END;
END
$$;

-- Gives the turn back with the original waiting time, so that somebody who never stops writing is still answered at the
-- maximum wait. p_failed counts a failure and puts the turn off by p_retry_ms; p_waiting_reason, when given, calls a
-- person. Answers the milliseconds until it is due
-- again, null when the turn was not ours any more.
CREATE FUNCTION app.give_back_turn(p_workspace uuid, p_lead int, p_turn int, p_max_wait_ms int, p_failed boolean, p_retry_ms int, p_waiting_reason text DEFAULT NULL) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  due timestamptz;
BEGIN
  PERFORM app.enter(p_workspace);
  UPDATE leads SET turn_until = NULL, turn_waiting_since = NULL,
         unanswered_since = least(unanswered_since, turn_waiting_since),
         turn_failures = turn_failures + CASE WHEN p_failed THEN 1 ELSE 0 END,
         waiting_since = CASE WHEN p_waiting_reason IS NULL THEN waiting_since ELSE coalesce(waiting_since, clock_timestamp()) END,
         waiting_reason = coalesce(waiting_reason, p_waiting_reason),
         reply_due_at = CASE WHEN p_failed THEN clock_timestamp() + make_interval(secs => p_retry_ms / 1000.0)
           ELSE greatest(clock_timestamp(), least(reply_due_at, least(unanswered_since, turn_waiting_since) + make_interval(secs => p_max_wait_ms / 1000.0))) END
   WHERE id = p_lead AND turn_no = p_turn AND turn_until IS NOT NULL RETURNING reply_due_at INTO due;
  RETURN CASE WHEN due IS NOT NULL THEN greatest(0, ceil(extract(epoch FROM due - clock_timestamp()) * 1000))::int END;
END
$$;

-- Stores a turn's answer and frees the lead, which stays due when the customer wrote more meanwhile, or when a person gave
-- the chat back to the bot: this turn was made for another owner, and the reply is still owed. p_answer: {answer, kind, uptoSeq, ownerVersion, verdict, promptVersion, model,
-- inputTokens, outputTokens, latencyMs, correlationId}. Answers {outcome: stored | superseded | lost, turnId}.
CREATE FUNCTION app.store_answer(p_workspace uuid, p_lead int, p_turn int, p_max_wait_ms int, p_answer jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  l leads%ROWTYPE;
  upto int := (p_answer ->> 'uptoSeq')::int;
  stays_due boolean;
  new_id int;
BEGIN
  PERFORM app.enter(p_workspace);
  SELECT * INTO l FROM leads WHERE id = p_lead AND turn_no = p_turn AND turn_until IS NOT NULL FOR NO KEY UPDATE;
  IF l.id IS NULL THEN
    RETURN jsonb_build_object('outcome', 'lost');
  END IF;
  IF app.is_superseded(l, upto, p_max_wait_ms) THEN
    RETURN jsonb_build_object('outcome', 'superseded');
  END IF;
  stays_due := l.last_in_seq > upto
    OR (l.owner = 'bot' AND l.reply_kind = 'reply' AND l.owner_version <> (p_answer ->> 'ownerVersion')::int);
  UPDATE leads SET answered_seq = greatest(answered_seq, upto), turn_until = NULL, turn_waiting_since = NULL, turn_failures = 0,
         reply_due_at = CASE WHEN stays_due THEN greatest(reply_due_at, clock_timestamp()) END,
         reply_kind = CASE WHEN stays_due THEN reply_kind END
   WHERE id = p_lead;
  INSERT INTO ai_turns (workspace_id, lead_id, turn_no, kind, upto_seq, owner_version, answer, verdict, prompt_version, model, input_tokens, output_tokens, latency_ms, correlation_id)
  VALUES (p_workspace, p_lead, p_turn, p_answer ->> 'kind', upto, (p_answer ->> 'ownerVersion')::int, p_answer -> 'answer', coalesce(p_answer ->> 'verdict', 'ok'),
          (p_answer ->> 'promptVersion')::int, p_answer ->> 'model', (p_answer ->> 'inputTokens')::int, (p_answer ->> 'outputTokens')::int,
          (p_answer ->> 'latencyMs')::int, p_answer ->> 'correlationId')
  RETURNING id INTO new_id;
  RETURN jsonb_build_object('outcome', 'stored', 'turnId', new_id);
END
$$;

-- Files an answer: facts with their evidence, the stage the rules decided, and the replies, those only while the chat's
-- owner is still the one the turn was made for, and never after a later turn has answered.
-- p_facts: {fields: [{name, value, source, messageId, quote, confidence}], values: {name: value}, status, waitingReason}; p_replies: [{text}].
-- Answers {outcome: delivered | stale | already, qualified, ownerChanged, messageIds, …}.
CREATE FUNCTION app.deliver_turn(p_workspace uuid, p_turn int, p_expected_version int, p_facts jsonb, p_replies jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  t ai_turns%ROWTYPE;
  l leads%ROWTYPE;
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
  SELECT * INTO STRICT l FROM leads WHERE id = t.lead_id FOR NO KEY UPDATE;
  IF l.version <> p_expected_version THEN
    RETURN jsonb_build_object('outcome', 'stale');
  END IF;
  UPDATE ai_turns SET delivered_at = clock_timestamp() WHERE id = p_turn AND delivered_at IS NULL AND refused IS NULL;
  IF NOT FOUND THEN
    RETURN jsonb_build_object('outcome', 'already');
  END IF;
  same_owner := l.owner = 'bot' AND l.owner_version = t.owner_version;
  may_speak := t.kind = 'reply' AND same_owner
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

CREATE FUNCTION app.refuse_turn(p_workspace uuid, p_turn int, p_reason text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM app.enter(p_workspace);
  UPDATE ai_turns SET refused = p_reason WHERE id = p_turn AND delivered_at IS NULL AND refused IS NULL;
  RETURN FOUND;
END
$$;

-- ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────
-- A person takes the chat. p_force is an admin assigning it; without it somebody who was faster keeps it.
-- Answers {outcome: taken | mine | taken-by-other | not-found, cancelled, leaving}.
CREATE FUNCTION app.take_over(p_workspace uuid, p_lead int, p_assignee text, p_force boolean) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  l leads%ROWTYPE;
  silenced record;
BEGIN
  PERFORM app.enter(p_workspace);
  SELECT * INTO l FROM leads WHERE id = p_lead FOR NO KEY UPDATE;
  IF l.id IS NULL THEN
    RETURN jsonb_build_object('outcome', 'not-found');
  END IF;
  IF l.owner = 'human' AND l.assigned_to = p_assignee THEN
    RETURN jsonb_build_object('outcome', 'mine', 'cancelled', '[]'::jsonb, 'leaving',
      coalesce((SELECT jsonb_agg(id ORDER BY id) FROM lead_messages WHERE lead_id = p_lead AND sender = 'bot' AND status = 'sending'), '[]'::jsonb));
  END IF;
  IF l.assigned_to IS NOT NULL AND NOT p_force THEN
    RETURN jsonb_build_object('outcome', 'taken-by-other', 'assignedTo', l.assigned_to);
  END IF;
  SELECT s.* INTO silenced FROM app.silence_bot(p_lead) s;
  UPDATE leads SET assigned_to = p_assignee, version = version + 1,
         status = CASE WHEN status IN ('capturing', 'qualified') THEN 'assigned' ELSE status END,
         waiting_since = NULL, waiting_reason = NULL
   WHERE id = p_lead;
  RETURN jsonb_build_object('outcome', 'taken', 'botId', l.bot_id, 'cancelled', to_jsonb(silenced.cancelled), 'leaving', to_jsonb(silenced.leaving));
END
$$;

-- Gives the chat back to the bot. A customer whose last message nobody answered gets a reply after the quiet time; what was
-- cancelled or failed is no answer, and history is not answered.
-- Answers {outcome: released | already | not-yours | not-found, replyInMs}.
CREATE FUNCTION app.release_lead(p_workspace uuid, p_lead int, p_by text, p_force boolean, p_quiet_ms int) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  l leads%ROWTYPE;
  owed boolean;
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
  owed := EXISTS (SELECT 1 FROM lead_messages WHERE lead_id = p_lead AND seq = l.last_in_seq AND NOT history)
    AND NOT EXISTS (SELECT 1 FROM lead_messages WHERE lead_id = p_lead AND seq > l.last_in_seq AND status NOT IN ('cancelled', 'failed'));
  UPDATE leads SET owner = 'bot', owner_version = owner_version + 1, version = version + 1, assigned_to = NULL,
         status = CASE WHEN status = 'assigned' THEN CASE WHEN qualified_at IS NULL THEN 'capturing' ELSE 'qualified' END ELSE status END,
         waiting_since = NULL, waiting_reason = NULL,
         unanswered_since = CASE WHEN owed THEN clock_timestamp() ELSE unanswered_since END,
         reply_due_at = CASE WHEN owed THEN clock_timestamp() + make_interval(secs => p_quiet_ms / 1000.0) ELSE reply_due_at END,
         reply_kind = CASE WHEN owed THEN 'reply' ELSE reply_kind END
   WHERE id = p_lead RETURNING * INTO l;
  RETURN jsonb_build_object('outcome', 'released', 'botId', l.bot_id,
    'replyInMs', CASE WHEN l.reply_due_at IS NOT NULL THEN greatest(0, ceil(extract(epoch FROM l.reply_due_at - clock_timestamp()) * 1000))::int END);
END
$$;

-- A person's message joins the lane. The same client id again is the same message again.
-- Answers {outcome: queued | duplicate | bot-has-it | not-yours | not-found, messageId, botId}.
CREATE FUNCTION app.post_message(p_workspace uuid, p_lead int, p_author text, p_force boolean, p_text text, p_client_id text, p_correlation text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  l leads%ROWTYPE;
  existing int;
  new_id int;
BEGIN
  PERFORM app.enter(p_workspace);
  SELECT * INTO l FROM leads WHERE id = p_lead FOR NO KEY UPDATE;
  IF l.id IS NULL THEN
    RETURN jsonb_build_object('outcome', 'not-found');
  END IF;
  SELECT id INTO existing FROM lead_messages WHERE lead_id = p_lead AND client_id = p_client_id;
  IF existing IS NOT NULL THEN
    RETURN jsonb_build_object('outcome', 'duplicate', 'messageId', existing, 'botId', l.bot_id);
  END IF;
  IF l.owner <> 'human' THEN
    RETURN jsonb_build_object('outcome', 'bot-has-it');
  END IF;
  IF l.assigned_to IS DISTINCT FROM p_author AND NOT p_force THEN
    RETURN jsonb_build_object('outcome', 'not-yours', 'assignedTo', l.assigned_to);
  END IF;
  INSERT INTO lead_messages (workspace_id, bot_id, lead_id, seq, sender, author, message, "timestamp", status, client_id, chat_jid, correlation_id)
  VALUES (p_workspace, l.bot_id, p_lead, l.last_seq + 1, 'vendor', p_author, p_text, clock_timestamp(), 'queued', p_client_id, l.chat_jid, p_correlation)
  RETURNING id INTO new_id;
  UPDATE leads SET last_seq = last_seq + 1, last_message_at = clock_timestamp(), waiting_since = NULL, waiting_reason = NULL WHERE id = p_lead;
  RETURN jsonb_build_object('outcome', 'queued', 'messageId', new_id, 'botId', l.bot_id);
END
$$;

-- ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────
-- The lane: of each chat that has nothing leaving, the oldest queued message whose time has come; the longest waiting chats
-- first, and no more of them than a lane can start before it looks again.
CREATE FUNCTION app.next_sends(p_workspace uuid, p_bot text)
RETURNS TABLE (message_id int, lead_id int, sender text, text text, chat_jid text, correlation_id text, attempts int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM app.enter(p_workspace);
  RETURN QUERY
  SELECT o.id, o.lead_id, o.sender, o.message, o.chat_jid, o.correlation_id, o.attempts
    FROM (SELECT DISTINCT ON (m.lead_id) m.*
            FROM lead_messages m
           WHERE m.bot_id = p_bot AND m.status = 'queued'
             AND NOT EXISTS (SELECT 1 FROM lead_messages s WHERE s.bot_id = p_bot AND s.lead_id = m.lead_id AND s.status = 'sending')
           ORDER BY m.lead_id, m.seq) o
   WHERE coalesce(o.not_before, '-infinity') <= clock_timestamp() -- after the choice: nothing overtakes one that waits for its retry
   ORDER BY o.id LIMIT 50;
END
$$;

-- The one exit: no message reaches WhatsApp without this claim. Answers
-- sending    go: send it now under p_wa_id;
-- cancelled  a person took over, the contact opted out, or it is the bot's and was queued longer than p_reply_age_ms ago
--            (its bot was off, say): it will never be sent;
-- busy       another message of the chat is leaving: stays queued;
-- not-mine   the bot moved to another runner: stays queued;
-- gone       it is not queued any more.
CREATE FUNCTION app.claim_send(p_workspace uuid, p_message int, p_epoch int, p_wa_id text, p_reply_age_ms int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  m lead_messages%ROWTYPE;
  l leads%ROWTYPE;
  opted_out boolean;
  too_old boolean;
  verdict text;
BEGIN
  PERFORM app.enter(p_workspace);
  SELECT * INTO m FROM lead_messages WHERE id = p_message AND status = 'queued';
  IF m.id IS NULL THEN
    RETURN 'gone';
  END IF;
  PERFORM 1 FROM bots WHERE id = m.bot_id AND run_epoch = p_epoch AND runner_id IS NOT NULL FOR SHARE;
  IF NOT FOUND THEN
    RETURN 'not-mine';
  END IF;
  SELECT * INTO STRICT l FROM leads WHERE id = m.lead_id FOR NO KEY UPDATE;
  IF EXISTS (SELECT 1 FROM lead_messages s WHERE s.lead_id = m.lead_id AND s.status = 'sending') THEN
    RETURN 'busy';
  END IF;
  SELECT c.opted_out_at IS NOT NULL INTO opted_out FROM contacts c WHERE c.id = l.contact_id;
  too_old := m."timestamp" < clock_timestamp() - make_interval(secs => p_reply_age_ms / 1000.0);
  UPDATE lead_messages SET
         claimed_at = clock_timestamp(), claimed_epoch = p_epoch, attempts = attempts + 1, wa_message_id = coalesce(wa_message_id, p_wa_id),
         status = CASE
           WHEN sender = 'bot' AND opted_out THEN 'cancelled'
           WHEN sender = 'bot' AND (l.owner <> 'bot' OR l.owner_version <> owner_version) THEN 'cancelled'
           WHEN sender = 'bot' AND too_old THEN 'cancelled'
           ELSE 'sending' END,
         status_reason = CASE
           WHEN sender = 'bot' AND opted_out THEN 'The customer asked for no more messages.'
           WHEN sender = 'bot' AND (l.owner <> 'bot' OR l.owner_version <> owner_version) THEN 'A person took over the chat.'
           WHEN sender = 'bot' AND too_old THEN 'It waited too long to be sent.' END
   WHERE id = p_message AND status = 'queued' RETURNING status INTO verdict;
  RETURN coalesce(verdict, 'gone');
END
$$;

-- What became of a claimed message: sent, failed, unconfirmed, or queued again (only when it is known that it never left).
-- Only a row that is still `sending` moves, so an ack that was faster stands; and only by the run that claimed it or a later
-- one, so that a run which lost the bot says nothing about its successor's send. Answers whether it moved.
CREATE FUNCTION app.mark_send(p_workspace uuid, p_message int, p_epoch int, p_outcome text, p_reason text, p_retry_ms int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM app.enter(p_workspace);
  UPDATE lead_messages SET status = p_outcome, status_reason = p_reason,
         not_before = CASE WHEN p_outcome = 'queued' THEN clock_timestamp() + make_interval(secs => p_retry_ms / 1000.0) END,
         acked_at = CASE WHEN p_outcome = 'sent' THEN clock_timestamp() ELSE acked_at END
   WHERE id = p_message AND status = 'sending' AND claimed_epoch <= p_epoch AND p_outcome IN ('sent', 'failed', 'unconfirmed', 'queued');
  RETURN FOUND;
END
$$;

-- Delivery marks, in batches and only upwards: a failed message that a phone received did arrive. p_acks: [{waMessageId, ack}] with WhatsApp's numbers (-1 error, 1 server, 2 device, 3 read, 4 played).
CREATE FUNCTION app.record_acks(p_workspace uuid, p_bot text, p_acks jsonb)
RETURNS TABLE (lead_id int, message_id int, status text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM app.enter(p_workspace);
  -- In one order, or two batches that name the same rows could each wait for the other.
  PERFORM 1 FROM lead_messages m
    WHERE m.bot_id = p_bot AND m.wa_message_id IN (SELECT a ->> 'waMessageId' FROM jsonb_array_elements(p_acks) a) AND m.sender <> 'customer'
    ORDER BY m.id FOR NO KEY UPDATE;
  RETURN QUERY
  WITH acks AS (
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
     AND CASE m.status WHEN 'sending' THEN true WHEN 'unconfirmed' THEN w.rank > 0 WHEN 'failed' THEN w.rank > 1 WHEN 'sent' THEN w.rank > 1 WHEN 'delivered' THEN w.rank > 2 ELSE false END
  RETURNING m.lead_id, m.id, m.status;
END
$$;

-- Messages left `sending` by an earlier run of the bot, or claimed by this run longer ago than p_older_ms.
-- They are looked up by their WhatsApp id before anything is sent again.
CREATE FUNCTION app.stranded_sends(p_workspace uuid, p_bot text, p_epoch int, p_older_ms int)
RETURNS TABLE (message_id int, lead_id int, wa_message_id text, text text, chat_jid text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM app.enter(p_workspace);
  RETURN QUERY
  SELECT m.id, m.lead_id, m.wa_message_id, m.message, m.chat_jid FROM lead_messages m
   WHERE m.bot_id = p_bot AND m.status = 'sending'
     AND (m.claimed_epoch < p_epoch OR m.claimed_at < clock_timestamp() - make_interval(secs => p_older_ms / 1000.0))
   ORDER BY m.id;
END
$$;

-- ── Running bots ─────────────────────────────────────────────────────────────────────────────────────────────────
-- A session's state as its run tells it; a run that lost the bot changes nothing. p_patch: {state, reason, ownNumber, qr,
-- qrExpiresAt, pairingCode, progress}; qr, pairing code and progress not named are cleared. Answers whether anything changed.
CREATE FUNCTION app.set_bot_state(p_workspace uuid, p_bot text, p_epoch int, p_patch jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  was record;
BEGIN
  PERFORM app.enter(p_workspace);
  SELECT state, state_reason, qr, pairing_code, progress INTO was FROM bots WHERE id = p_bot AND run_epoch = p_epoch FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE bots SET state = p_patch ->> 'state', state_reason = p_patch ->> 'reason',
         state_at = CASE WHEN state = p_patch ->> 'state' THEN state_at ELSE clock_timestamp() END,
         own_number = coalesce(p_patch ->> 'ownNumber', own_number),
         qr = p_patch ->> 'qr', qr_expires_at = (p_patch ->> 'qrExpiresAt')::timestamptz,
         pairing_code = p_patch ->> 'pairingCode', progress = (p_patch ->> 'progress')::int
   WHERE id = p_bot;
  IF was.state IS DISTINCT FROM p_patch ->> 'state' THEN
    INSERT INTO bot_events (workspace_id, bot_id, state, reason, run_epoch, at)
    VALUES (p_workspace, p_bot, p_patch ->> 'state', p_patch ->> 'reason', p_epoch, clock_timestamp());
  END IF;
  RETURN (was.state, was.state_reason, was.qr, was.pairing_code, was.progress)
    IS DISTINCT FROM (p_patch ->> 'state', p_patch ->> 'reason', p_patch ->> 'qr', p_patch ->> 'pairingCode', (p_patch ->> 'progress')::int);
END
$$;

-- A runner says it lives and reads back the bots it holds. A bot or epoch that is not in the answer is not its any more.
CREATE FUNCTION app.beat_runner(p_runner uuid, p_host text, p_capacity int, p_draining boolean, p_lease_ms int)
RETURNS TABLE (workspace_id uuid, bot_id text, run_epoch int, status text, restart_no int) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO runners (id, host, capacity, draining, until)
  VALUES (p_runner, p_host, p_capacity, p_draining, clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0))
  ON CONFLICT (id) DO UPDATE SET until = excluded.until, capacity = excluded.capacity, draining = excluded.draining;
  RETURN QUERY
  SELECT b.workspace_id, b.id, b.run_epoch, CASE WHEN b.archived_at IS NULL THEN b.status ELSE 'disabled' END, b.restart_no
    FROM bots b WHERE b.runner_id = p_runner;
END
$$;

-- What a fair share is reckoned from. Counts only. Unplaced is also what a dead runner still holds and nobody wants any more:
-- somebody has to take it to say that it is stopped.
CREATE FUNCTION app.fleet() RETURNS TABLE (runners int, bots int, unplaced int) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT (SELECT count(*)::int FROM runners r WHERE NOT r.draining AND r.until > clock_timestamp()),
         (count(*) FILTER (WHERE b.wanted))::int,
         (count(*) FILTER (WHERE CASE WHEN b.runner_id IS NULL THEN b.wanted
           ELSE NOT EXISTS (SELECT 1 FROM runners r WHERE r.id = b.runner_id AND r.until > clock_timestamp()) END))::int
    FROM (SELECT runner_id, status = 'enabled' AND archived_at IS NULL AS wanted FROM bots) b
$$;

-- Takes up to p_limit bots that nobody alive holds: those that are wanted, and those that a dead runner left behind. NO KEY, because every row that is being written for a bot holds a KEY
-- SHARE lock on it (its foreign key), and a bot is not to be skipped because somebody wrote to it just now.
CREATE FUNCTION app.take_bots(p_runner uuid, p_limit int)
RETURNS TABLE (workspace_id uuid, bot_id text, run_epoch int, status text, restart_no int) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  UPDATE bots SET runner_id = p_runner, run_epoch = bots.run_epoch + 1
   WHERE id IN (
     SELECT b.id FROM bots b
      WHERE EXISTS (SELECT 1 FROM runners me WHERE me.id = p_runner AND NOT me.draining AND me.until > clock_timestamp())
        AND CASE WHEN b.runner_id IS NULL THEN b.status = 'enabled' AND b.archived_at IS NULL
              ELSE NOT EXISTS (SELECT 1 FROM runners r WHERE r.id = b.runner_id AND r.until > clock_timestamp()) END
      ORDER BY b.created_at LIMIT p_limit FOR NO KEY UPDATE OF b SKIP LOCKED)
  RETURNING bots.workspace_id, bots.id, bots.run_epoch, CASE WHEN bots.archived_at IS NULL THEN bots.status ELSE 'disabled' END, bots.restart_no;
END
$$;

-- Lets go of bots whose engines have stopped; only the run that holds them can.
CREATE FUNCTION app.release_bots(p_runner uuid, p_bots text[]) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  n int;
BEGIN
  UPDATE bots SET runner_id = NULL WHERE runner_id = p_runner AND id = ANY (p_bots);
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END
$$;

CREATE FUNCTION app.retire_runner(p_runner uuid) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE bots SET runner_id = NULL WHERE runner_id = p_runner;
  DELETE FROM runners WHERE id = p_runner;
  DELETE FROM runners WHERE until < clock_timestamp() - interval '1 hour';
  SELECT true;
$$;

-- The bots of a runner that have something to send, or something the simulated phone did.
CREATE FUNCTION app.runner_work(p_runner uuid) RETURNS TABLE (workspace_id uuid, bot_id text, work text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT b.workspace_id, b.id, 'send' FROM bots b JOIN lead_messages m ON m.bot_id = b.id AND m.status IN ('queued', 'sending') WHERE b.runner_id = p_runner
  UNION ALL
  SELECT DISTINCT b.workspace_id, b.id, 'relay' FROM bots b JOIN sandbox.messages s ON s.bot_id = b.id
   WHERE b.runner_id = p_runner AND (s.relayed_at IS NULL OR (s.author <> 'customer' AND s.ack > s.reported_ack))
  UNION ALL
  SELECT b.workspace_id, b.id, 'ask' FROM bots b WHERE b.runner_id = p_runner AND b.asked IS NOT NULL
$$;

-- ── The sweep ────────────────────────────────────────────────────────────────────────────────────────────────────
-- Every bell that should have rung by now, of every workspace: ids only. One replica at a time; the others get nothing.
-- A row that nobody can work on (a bug, a bot that is off) stays due for ever. Where nothing puts such a row off, the rows of
-- one sweep are drawn by lot, or enough of them would keep all others from being rung for.
CREATE FUNCTION app.sweep(p_grace_ms int, p_limit int)
RETURNS TABLE (command text, workspace_id uuid, bot_id text, chat_id uuid, ref int) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  before timestamptz := clock_timestamp() - make_interval(secs => p_grace_ms / 1000.0);
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('wbm.sweep')) THEN
    RETURN;
  END IF;
  RETURN QUERY (SELECT 'message.receive', i.workspace_id, i.bot_id, i.chat_id, NULL::int
    FROM inbound_messages i WHERE i.filed_at IS NULL AND i.refused IS NULL AND i.received_at < before
   GROUP BY i.workspace_id, i.bot_id, i.chat_id ORDER BY random() LIMIT p_limit);
  RETURN QUERY (SELECT 'reply.generate', l.workspace_id, l.bot_id, NULL::uuid, l.id
    FROM leads l WHERE l.reply_due_at < before AND coalesce(l.turn_until, '-infinity') < clock_timestamp() ORDER BY l.reply_due_at LIMIT p_limit);
  RETURN QUERY (SELECT 'reply.deliver', t.workspace_id, NULL::text, NULL::uuid, t.id
    FROM ai_turns t WHERE t.delivered_at IS NULL AND t.refused IS NULL AND t.created_at < before ORDER BY random() LIMIT p_limit);
  RETURN QUERY (SELECT 'message.send', m.workspace_id, m.bot_id, NULL::uuid, NULL::int
    FROM lead_messages m WHERE m.status = 'queued' AND coalesce(m.not_before, m."timestamp") < before
   GROUP BY m.workspace_id, m.bot_id ORDER BY random() LIMIT p_limit);
  RETURN QUERY (SELECT 'schedule.run', s.workspace_id, s.bot_id, NULL::uuid, s.id
    FROM schedules s WHERE NOT s.executed AND s.status = 'pending' AND s.scheduled_at < before ORDER BY s.scheduled_at LIMIT p_limit);
  RETURN QUERY (SELECT 'sandbox.wake', x.workspace_id, x.bot_id, NULL::uuid, NULL::int
    FROM sandbox.messages x WHERE x.relayed_at IS NULL AND x.at < before
   GROUP BY x.workspace_id, x.bot_id ORDER BY random() LIMIT p_limit);
END
$$;

-- ── Signing in ───────────────────────────────────────────────────────────────────────────────────────────────────
-- Uses up a sign-in link. Answers ids only; no row when it is unknown, used or expired, or its person is no member any more.
CREATE FUNCTION app.redeem_sign_in_token(p_hash text) RETURNS TABLE (workspace_id uuid, user_id uuid) LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH used AS (
    UPDATE sign_in_tokens SET used_at = clock_timestamp() WHERE token_hash = p_hash AND used_at IS NULL AND expires_at > clock_timestamp()
    RETURNING workspace_id, email
  )
  SELECT m.workspace_id, m.user_id FROM used t JOIN users u ON u.email = t.email JOIN memberships m ON m.workspace_id = t.workspace_id AND m.user_id = u.id
$$;

-- ── Who may call what ────────────────────────────────────────────────────────────────────────────────────────────
DO $$
DECLARE
  f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['app.beat_runner(uuid, text, int, boolean, int)', 'app.fleet()', 'app.take_bots(uuid, int)', 'app.release_bots(uuid, text[])',
                           'app.retire_runner(uuid)', 'app.runner_work(uuid)', 'app.sweep(int, int)', 'app.redeem_sign_in_token(text)'] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO wbm_definer', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION app.enter(uuid) TO wbm_service;
GRANT EXECUTE ON FUNCTION app.beat_runner(uuid, text, int, boolean, int), app.fleet(), app.take_bots(uuid, int), app.release_bots(uuid, text[]),
  app.retire_runner(uuid), app.runner_work(uuid) TO wbm_bot_runner;
GRANT EXECUTE ON FUNCTION app.receive_inbound(uuid, text, int, jsonb), app.next_sends(uuid, text), app.claim_send(uuid, int, int, text, int),
  app.mark_send(uuid, int, int, text, text, int), app.record_acks(uuid, text, jsonb), app.stranded_sends(uuid, text, int, int),
  app.set_bot_state(uuid, text, int, jsonb) TO wbm_bot_runner;
GRANT EXECUTE ON FUNCTION app.file_messages(uuid, text, uuid, jsonb, jsonb, jsonb, text, int, int, int, int), app.resolve_contact(uuid, text, text, text),
  app.silence_bot(int), app.refuse_inbound(uuid, bigint, text), app.deliver_turn(uuid, int, int, jsonb, jsonb), app.refuse_turn(uuid, int, text) TO wbm_lead_worker;
GRANT EXECUTE ON FUNCTION app.take_turn(uuid, int, int), app.is_superseded(leads, int, int), app.renew_turn(uuid, int, int, int, int, int),
  app.give_back_turn(uuid, int, int, int, boolean, int, text), app.store_answer(uuid, int, int, int, jsonb) TO wbm_ai_worker;
GRANT EXECUTE ON FUNCTION app.take_over(uuid, int, text, boolean), app.silence_bot(int), app.release_lead(uuid, int, text, boolean, int),
  app.post_message(uuid, int, text, boolean, text, text, text), app.redeem_sign_in_token(text) TO wbm_gateway;
GRANT EXECUTE ON FUNCTION app.sweep(int, int) TO wbm_scheduler;
