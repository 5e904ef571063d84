-- What becomes of a message after it was written: edited, taken back, reacted to, decrypted late. It goes through the front
-- door like everything else and is filed in order with the rest of its chat.

-- Files a chat's raw rows, in order, under its lead.
-- p_contact: {lid, phone, pushName}
-- p_messages, in order: [{inboundId, waMessageId, sender: customer|phone, type, text, at, history, correlationId}]
-- p_facts: {fields: [{name, value, source, inboundId, quote, confidence}], values: {name: value}, status, waitingReason}
-- p_due: reply | capture | null; p_expected_lead, p_expected_version: the lead the facts were decided on, null and 0 for none.
-- Answers {outcome: filed | stale | nothing, …}. stale: somebody changed the lead's facts meanwhile, or these rows belong to
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
    INSERT INTO lead_messages (workspace_id, bot_id, lead_id, seq, sender, type, message, "timestamp", status, wa_message_id, history, correlation_id, media_id)
    VALUES (p_workspace, p_bot, l.id, l.last_seq + 1, m ->> 'sender', m ->> 'type', m ->> 'text', (m ->> 'at')::timestamptz,
            CASE WHEN m ->> 'sender' = 'customer' THEN 'received' ELSE 'sent' END,
            m ->> 'waMessageId', coalesce((m ->> 'history')::boolean, false), m ->> 'correlationId',
            (SELECT f.id FROM media f WHERE f.bot_id = p_bot AND f.wa_message_id = m ->> 'waMessageId'))
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
