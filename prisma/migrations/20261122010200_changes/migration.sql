-- What becomes of a message after it was written: edited, taken back, reacted to, decrypted late. It goes through the front
-- door like everything else and is filed in order with the rest of its chat.

-- A change is found by the message it changes. A column of its own, for under row-level security no index is used through `->>`.
CREATE INDEX changes_by_target ON inbound_messages (bot_id, target) WHERE target IS NOT NULL;

-- Files a chat's raw rows, in order, under its lead.
-- p_contact: {lid, phone, pushName}
-- p_messages, in order: what was written: {kind: message|decrypted, inboundId, waMessageId, sender: customer|phone, type, text, at, history, correlationId},
-- and what became of it: {kind: edit|revoke|reaction, inboundId, waMessageId, by: customer|business, text, at, …}, whose waMessageId is
-- that of the message it changes. Only whoever wrote a message edits it or takes it back. A change of a message that is not there
-- is filed under no lead; should the message come after all, the change is filed once more, behind it.
-- p_facts: {fields: [{name, value, source, inboundId, quote, confidence}], values: {name: value}, status, waitingReason}
-- p_due: reply | capture | null; p_expected_lead, p_expected_version: the lead the facts were decided on, null and 0 for none.
-- Answers {outcome: filed | stale | nothing, messageIds, changedIds (both by inboundId), …}. nothing: somebody else filed these rows, or they
-- are changes in a chat that has no lead, which is then null. stale: somebody changed the lead's facts meanwhile, or these rows belong to
-- another lead; read again and decide again.
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
BEGIN
  PERFORM app.enter(p_workspace);
  IF NOT EXISTS (SELECT 1 FROM jsonb_array_elements(p_messages) r WHERE coalesce(r ->> 'kind', 'message') IN ('message', 'decrypted')) THEN
    -- What somebody does with an old message makes nobody a lead.
    SELECT * INTO l FROM leads WHERE id = p_expected_lead AND bot_id = p_bot FOR NO KEY UPDATE;
    IF l.id IS NULL AND p_expected_lead IS NOT NULL THEN
      RETURN jsonb_build_object('outcome', 'stale');
    END IF;
    IF l.id IS NULL THEN
      UPDATE inbound_messages SET filed_at = clock_timestamp()
       WHERE chat_id = p_chat AND filed_at IS NULL AND refused IS NULL
         AND id IN (SELECT (r ->> 'inboundId')::bigint FROM jsonb_array_elements(p_messages) r);
      RETURN jsonb_build_object('outcome', 'nothing', 'leadId', NULL);
    END IF;
    contact := l.contact_id;
  ELSE
    contact := app.resolve_contact(p_workspace, p_contact ->> 'lid', p_contact ->> 'phone', p_contact ->> 'pushName');
    SELECT jid INTO STRICT the_jid FROM chats WHERE id = p_chat;
    INSERT INTO leads (workspace_id, bot_id, contact_id, whatsapp_number, chat_jid, captured_at, last_message_at)
    VALUES (p_workspace, p_bot, contact, p_contact ->> 'phone', the_jid, clock_timestamp(), clock_timestamp())
    ON CONFLICT (bot_id, contact_id) DO NOTHING RETURNING true INTO made;
  END IF;
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

  -- What changes below, and what a takeover cancels, is locked in the order in which acks lock it, or each could wait for the other.
  PERFORM 1 FROM lead_messages o
    WHERE o.id = ANY (ARRAY(SELECT x.id FROM lead_messages x WHERE x.bot_id = p_bot AND x.lead_id = l.id AND x.sender <> 'customer'
                               AND x.wa_message_id = ANY (ARRAY(SELECT r ->> 'waMessageId' FROM jsonb_array_elements(p_messages) r)))
                   || ARRAY(SELECT x.id FROM lead_messages x WHERE x.bot_id = p_bot AND x.lead_id = l.id AND x.status = 'queued'))
    ORDER BY o.id FOR NO KEY UPDATE;

  FOR m IN SELECT r FROM jsonb_array_elements(p_messages) r LOOP
    CONTINUE WHEN NOT ((m ->> 'inboundId')::bigint = ANY (fresh));
    IF m ->> 'kind' IN ('edit', 'revoke', 'reaction') THEN
      SELECT * INTO t FROM lead_messages WHERE bot_id = p_bot AND wa_message_id = m ->> 'waMessageId' AND lead_id = l.id;
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
        reread := reread OR t.sender = 'customer';
      ELSE
        -- Whoever takes a message back wants its words and its file gone, wherever they are kept.
        UPDATE lead_messages SET message = '', edited_at = NULL, revoked_at = (m ->> 'at')::timestamptz, reactions = '{}' WHERE id = t.id;
        UPDATE lead_fields SET quote = NULL WHERE message_id = t.id AND quote IS NOT NULL;
        UPDATE ai_turns SET answer = jsonb_set(answer, '{fields}', (
            SELECT coalesce(jsonb_agg(f ORDER BY place) FILTER (WHERE f -> 'messageId' <> to_jsonb(t.id)), '[]')
              FROM jsonb_array_elements(answer -> 'fields') WITH ORDINALITY e (f, place)))
         WHERE lead_id = l.id AND answer -> 'fields' @> jsonb_build_array(jsonb_build_object('messageId', t.id));
        UPDATE inbound_messages SET payload = payload || '{"text": "", "media": null}' WHERE bot_id = p_bot AND wa_message_id = t.wa_message_id;
        UPDATE inbound_messages SET payload = payload || '{"text": ""}' WHERE bot_id = p_bot AND target = t.wa_message_id AND payload ->> 'kind' = 'edit';
        UPDATE inbound_messages SET payload = payload || '{"text": "", "media": null}' WHERE bot_id = p_bot AND target = t.wa_message_id AND payload ->> 'kind' = 'decrypted';
        -- One that waits may just be fetched: whoever does that may die before it hears of this, so its bytes are looked for later.
        UPDATE media f SET state = 'deleted', name = NULL, size = coalesce(f.size, 0),
               due_at = CASE WHEN f.state = 'pending' THEN clock_timestamp() + interval '10 minutes' END
         WHERE f.id = t.media_id AND f.state <> 'deleted'
           AND NOT EXISTS (SELECT 1 FROM lead_messages o WHERE o.workspace_id = p_workspace AND o.media_id = f.id AND o.id <> t.id AND o.revoked_at IS NULL);
        reread := reread OR t.sender = 'customer';
        took_back := took_back OR t.sender = 'customer';
      END IF;
      changed := changed || jsonb_build_object(m ->> 'inboundId', t.id);
      CONTINUE;
    END IF;
    new_id := NULL;
    IF m ->> 'kind' = 'decrypted' THEN
      -- The placeholder becomes the message, and stands where it would had it come only now.
      UPDATE lead_messages SET seq = l.last_seq + 1, type = m ->> 'type', message = m ->> 'text', "timestamp" = (m ->> 'at')::timestamptz,
             history = coalesce((m ->> 'history')::boolean, false), correlation_id = m ->> 'correlationId',
             media_id = (SELECT f.id FROM media f WHERE f.bot_id = p_bot AND f.wa_message_id = m ->> 'waMessageId')
       WHERE bot_id = p_bot AND wa_message_id = m ->> 'waMessageId' AND lead_id = l.id AND type = 'undecrypted' AND revoked_at IS NULL
         AND sender = m ->> 'sender'
      RETURNING id INTO new_id;
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
  SELECT p_workspace, l.id, f ->> 'name', f ->> 'value', f ->> 'source', e.id, CASE WHEN e.revoked_at IS NULL THEN f ->> 'quote' END, (f ->> 'confidence')::real
    FROM jsonb_array_elements(p_facts -> 'fields') f
    JOIN lead_messages e ON e.id = ((ids || changed) ->> (f ->> 'inboundId'))::int;

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

-- ── What a handler gathers ───────────────────────────────────────────────────────────────────────────────────────
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
                       FROM lead_messages a WHERE a.bot_id = p_bot AND a.lead_id = l.id AND a.wa_message_id = coalesce(i.payload ->> 'target', i.wa_message_id)))
           ORDER BY i.run_epoch, i.n), '[]')
    INTO the_rows
    FROM (SELECT * FROM inbound_messages WHERE chat_id = p_chat AND filed_at IS NULL AND refused IS NULL ORDER BY run_epoch, n LIMIT p_limit) i;
  RETURN jsonb_build_object(
    'bot', app.bot_json(b), 'features', app.features_json(f), 'jid', c.jid,
    'contact', jsonb_build_object('phone', the_phone, 'lid', the_lid),
    'lead', CASE WHEN l.id IS NOT NULL THEN app.lead_json(l) END,
    'sources', CASE WHEN l.id IS NOT NULL THEN app.lead_sources(l) ELSE '{}'::jsonb END,
    'rows', the_rows);
END
$$;

-- What a turn reads: the newest p_limit messages that reached the customer or us and were not taken back, oldest first; of the customer's those up
-- to p_upto. Null: no such lead.
CREATE OR REPLACE FUNCTION app.gather_turn(p_workspace uuid, p_lead int, p_upto int, p_limit int) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  b bots%ROWTYPE;
  f bot_features%ROWTYPE;
  l leads%ROWTYPE;
BEGIN
  PERFORM app.enter(p_workspace);
  SELECT * INTO l FROM leads WHERE id = p_lead;
  IF l.id IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT * INTO STRICT b FROM bots WHERE id = l.bot_id;
  SELECT * INTO STRICT f FROM bot_features WHERE bot_id = l.bot_id;
  RETURN jsonb_build_object(
    'bot', app.bot_json(b), 'features', app.features_json(f), 'lead', app.lead_json(l),
    'transcript', (
      SELECT coalesce(jsonb_agg(app.message_json(m) ORDER BY m.seq), '[]') FROM (
        SELECT * FROM lead_messages
         WHERE lead_id = p_lead AND status NOT IN ('cancelled', 'failed') AND revoked_at IS NULL AND (sender <> 'customer' OR seq <= p_upto)
         ORDER BY seq DESC LIMIT p_limit) m));
END
$$;

-- ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────
-- Gives the chat back to the bot. A customer whose last message nobody answered gets a reply after the quiet time; what was
-- cancelled or failed is no answer, and neither history nor what was taken back is answered.
-- Answers {outcome: released | already | not-yours | not-found, replyInMs}.
CREATE OR REPLACE FUNCTION app.release_lead(p_workspace uuid, p_lead int, p_by text, p_force boolean, p_quiet_ms int) RETURNS jsonb LANGUAGE plpgsql AS $$
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
  owed := EXISTS (SELECT 1 FROM (SELECT c.seq, c.history FROM lead_messages c WHERE c.lead_id = p_lead AND c.sender = 'customer' AND c.revoked_at IS NULL
                                  ORDER BY c.seq DESC LIMIT 1) c
                   WHERE NOT c.history AND NOT EXISTS (SELECT 1 FROM lead_messages a WHERE a.lead_id = p_lead AND a.seq > c.seq AND a.sender <> 'customer'
                                                          AND a.status NOT IN ('cancelled', 'failed')));
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

-- ── Acks ─────────────────────────────────────────────────────────────────────────────────────────────────────────
-- As before, but found by the index: under row-level security none is used for what is compared with a `->>`.
-- Delivery marks, in batches and only upwards: a failed message that a phone received did arrive. p_acks: [{waMessageId, ack}] with WhatsApp's numbers (-1 error, 1 server, 2 device, 3 read, 4 played).
CREATE OR REPLACE FUNCTION app.record_acks(p_workspace uuid, p_bot text, p_acks jsonb)
RETURNS TABLE (lead_id int, message_id int, status text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM app.enter(p_workspace);
  -- In one order, or two batches that name the same rows could each wait for the other.
  PERFORM 1 FROM lead_messages m
    WHERE m.bot_id = p_bot AND m.wa_message_id = ANY (ARRAY(SELECT a ->> 'waMessageId' FROM jsonb_array_elements(p_acks) a)) AND m.sender <> 'customer'
    ORDER BY m.id FOR NO KEY UPDATE;
  RETURN QUERY
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
     AND CASE m.status WHEN 'sending' THEN true WHEN 'unconfirmed' THEN w.rank > 0 WHEN 'failed' THEN w.rank > 1 WHEN 'sent' THEN w.rank > 1 WHEN 'delivered' THEN w.rank > 2 ELSE false END
  RETURNING m.lead_id, m.id, m.status;
END
$$;

-- ── What was missed ──────────────────────────────────────────────────────────────────────────────────────────────
-- Rows of which we know the message, and know it otherwise: read again from the past, for it was edited or could be read at
-- last while nobody listened. They come out as those changes, all other rows as they are. Left alone is what was told before the
-- message we know, what is just being changed, and what was changed after the reading began (`after`, else the row's own number):
-- the page may be older than that. WhatsApp trims what it sends, so what was sent from here is compared without its white space.
CREATE FUNCTION app.with_missed_changes(p_bot text, p_epoch int, p_rows jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
  WITH told AS MATERIALIZED (
    SELECT r, place, r ->> 'waMessageId' AS wa, (r ->> 'n')::int AS n, coalesce((r ->> 'after')::int, (r ->> 'n')::int) AS after,
           r -> 'payload' AS said, r -> 'payload' ->> 'kind' AS kind, r -> 'payload' ->> 'type' AS type,
           r -> 'payload' ->> 'text' AS text, r -> 'payload' -> 'fromMe' = 'true' AS from_me
      FROM jsonb_array_elements(p_rows) WITH ORDINALITY e (r, place)
  ), known AS MATERIALIZED (
    SELECT e.place, m.wa_message_id, m.type, m.edited_at,
           CASE WHEN m.sender IN ('bot', 'vendor') THEN regexp_replace(m.message, '\s', '', 'g') <> regexp_replace(e.text, '\s', '', 'g')
             ELSE m.message <> e.text END AS other_text
      FROM told e JOIN lead_messages m ON m.bot_id = p_bot AND m.wa_message_id = e.wa
     WHERE e.kind = 'message' AND m.revoked_at IS NULL AND (m.sender = 'customer') <> e.from_me
       AND (m.sender IN ('bot', 'vendor')
         OR EXISTS (SELECT 1 FROM inbound_messages w WHERE w.bot_id = p_bot AND w.wa_message_id = m.wa_message_id AND (w.run_epoch, w.n) < (p_epoch, e.n)))
    UNION ALL -- what is not filed yet
    SELECT e.place, w.wa_message_id, w.payload ->> 'type', NULL, w.payload ->> 'text' <> e.text
      FROM told e JOIN inbound_messages w ON w.bot_id = p_bot AND w.wa_message_id = e.wa
     WHERE e.kind = 'message' AND w.filed_at IS NULL AND w.refused IS NULL AND (w.run_epoch, w.n) < (p_epoch, e.n)
       AND (w.payload -> 'fromMe' = 'true') = e.from_me
       AND NOT EXISTS (SELECT 1 FROM lead_messages m WHERE m.bot_id = p_bot AND m.wa_message_id = e.wa)
  ), missed AS MATERIALIZED (
    SELECT k.* FROM known k JOIN told e ON e.place = k.place
     WHERE CASE WHEN e.type = 'undecrypted' THEN false WHEN k.type = 'undecrypted' THEN true
             ELSE k.type = e.type AND e.type IN ('text', 'image', 'video', 'document') AND k.other_text END
       AND NOT EXISTS (SELECT 1 FROM inbound_messages w WHERE w.bot_id = p_bot AND w.target = k.wa_message_id
                          AND (w.filed_at IS NULL AND w.refused IS NULL
                            OR (w.run_epoch, w.n) > (p_epoch, e.after) AND w.payload ->> 'kind' <> 'reaction'))
       AND NOT EXISTS (SELECT 1 FROM told w WHERE w.said ->> 'target' = k.wa_message_id)
  )
  SELECT coalesce(jsonb_agg(CASE
      WHEN m.wa_message_id IS NULL THEN e.r
      WHEN m.type = 'undecrypted' THEN e.r || jsonb_build_object('waMessageId', 'decrypted:' || m.wa_message_id,
        'payload', e.said || jsonb_build_object('kind', 'decrypted', 'target', m.wa_message_id))
      ELSE e.r || jsonb_build_object(
        'waMessageId', concat_ws(':', 'edit', m.wa_message_id, coalesce(extract(epoch FROM m.edited_at)::bigint, 0), left(md5(e.said ->> 'text'), 16)),
        'payload', jsonb_build_object('kind', 'edit', 'target', m.wa_message_id, 'text', e.said ->> 'text', 'fromMe', e.said -> 'fromMe',
          'at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) END ORDER BY e.place), '[]')
    FROM told e LEFT JOIN missed m ON m.place = e.place
$$;

GRANT EXECUTE ON FUNCTION app.with_missed_changes(text, int, jsonb) TO wbm_bot_runner;

-- ── The sweep ────────────────────────────────────────────────────────────────────────────────────────────────────
-- Every bell that should have rung by now, of every workspace: ids only. One replica at a time; the others get nothing.
-- A row that nobody can work on (a bug, a bot that is off) stays due for ever. Where nothing puts such a row off, the rows of
-- one sweep are drawn by lot, or enough of them would keep all others from being rung for.
CREATE OR REPLACE FUNCTION app.sweep(p_grace_ms int, p_limit int)
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
    FROM (SELECT s.workspace_id, s.bot_id FROM sandbox.messages s WHERE s.relayed_at IS NULL AND s.at < before
          UNION SELECT c.workspace_id, c.bot_id FROM sandbox.changes c WHERE c.relayed_at IS NULL AND c.at < before) x
   ORDER BY random() LIMIT p_limit);
END
$$;
