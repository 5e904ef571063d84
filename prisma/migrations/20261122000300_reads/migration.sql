-- What a handler gathers before it decides: one round trip each. They set the workspace themselves, read under row-level
-- security like everybody, and answer json in the words of packages/domain.

-- The owner makes workspaces and members. Row-level security is forced on it too, so that it needs a policy of its own
-- where it is no superuser. No service logs in as the owner.
DO $$
DECLARE
  t record;
BEGIN
  FOR t IN SELECT c.oid::regclass AS name FROM pg_class c WHERE c.relforcerowsecurity AND c.relnamespace IN ('public'::regnamespace, 'sandbox'::regnamespace) LOOP
    EXECUTE format('CREATE POLICY owner ON %s TO %I USING (true) WITH CHECK (true)', t.name, current_user);
  END LOOP;
END
$$;

-- ── One row in the words of the domain ───────────────────────────────────────────────────────────────────────────
-- Without the codes that link a session: whoever has one has the WhatsApp account, and no worker needs it. The rows that people
-- are shown add them.
CREATE FUNCTION app.bot_json(b bots) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', b.id, 'workspaceId', b.workspace_id, 'name', b.name, 'prompt', b.prompt,
    'promptVersion', coalesce((SELECT max(p.version) FROM bot_prompts p WHERE p.workspace_id = b.workspace_id AND p.bot_id = b.id), 1),
    'engine', b.engine, 'status', b.status, 'ownerEmail', b.owner_email, 'timeZone', b.time_zone,
    'quietMs', b.quiet_ms, 'maxWaitMs', b.max_wait_ms, 'qualification', b.qualification, 'version', b.version,
    'createdAt', b.created_at, 'archivedAt', b.archived_at, 'state', b.state, 'stateReason', b.state_reason, 'stateAt', b.state_at,
    'ownNumber', b.own_number, 'qr', NULL, 'qrExpiresAt', NULL, 'pairingCode', NULL, 'progress', b.progress)
$$;

CREATE FUNCTION app.features_json(f bot_features) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'botId', f.bot_id, 'schedulingEnabled', f.scheduling_enabled, 'autoResponseEnabled', f.auto_response_enabled,
    'leadCaptureEnabled', f.lead_capture_enabled, 'workingHoursEnabled', f.working_hours_enabled,
    'workingHoursStart', f.working_hours_start, 'workingHoursEnd', f.working_hours_end, 'updatedAt', f.updated_at, 'version', f.version)
$$;

CREATE FUNCTION app.lead_json(l leads) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', l.id, 'workspaceId', l.workspace_id, 'botId', l.bot_id,
    'botName', (SELECT b.name FROM bots b WHERE b.id = l.bot_id),
    'contactId', l.contact_id, 'whatsappNumber', l.whatsapp_number,
    'pushName', (SELECT c.push_name FROM contacts c WHERE c.id = l.contact_id),
    'name', l.name, 'email', l.email, 'location', l.location, 'phone', l.phone, 'status', l.status,
    'owner', l.owner, 'ownerVersion', l.owner_version, 'assignedTo', l.assigned_to,
    'capturedAt', l.captured_at, 'qualifiedAt', l.qualified_at, 'lastMessageAt', l.last_message_at,
    'lastMessage', (SELECT left(m.message, 160) FROM lead_messages m WHERE m.lead_id = l.id AND m.status <> 'cancelled' ORDER BY m.seq DESC LIMIT 1),
    'waitingSince', l.waiting_since, 'waitingReason', l.waiting_reason, 'version', l.version)
$$;

CREATE FUNCTION app.message_json(m lead_messages) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', m.id, 'leadId', m.lead_id, 'botId', m.bot_id, 'seq', m.seq, 'sender', m.sender, 'author', m.author, 'type', m.type,
    'text', m.message, 'status', m.status, 'statusReason', m.status_reason, 'clientId', m.client_id, 'at', m."timestamp")
$$;

-- Who found each value the lead has now: {name: source}.
CREATE FUNCTION app.lead_sources(l leads) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_object_agg(s.name, s.source), '{}'::jsonb) FROM (
    SELECT DISTINCT ON (f.name) f.name, f.source FROM lead_fields f
     WHERE f.lead_id = l.id
       AND f.value = CASE f.name WHEN 'name' THEN l.name WHEN 'email' THEN l.email WHEN 'location' THEN l.location WHEN 'phone' THEN l.phone END
     ORDER BY f.name, f.id DESC) s
$$;

-- ── What a handler gathers ───────────────────────────────────────────────────────────────────────────────────────
-- A chat's raw rows, oldest first, with the bot and the lead they will be filed under: the one that filing linked to the chat;
-- else that of the contact whom the chat's own id, or else its rows, name. Filing has the last word on whose they are (a number
-- with and without Brazil's ninth digit is one person, and only the rules know it): when it finds another lead it links that
-- one, so the next reading is right. Null: no such chat.
CREATE FUNCTION app.gather_chat(p_workspace uuid, p_bot text, p_chat uuid, p_limit int) RETURNS jsonb LANGUAGE plpgsql AS $$
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
  SELECT coalesce(jsonb_agg(jsonb_build_object('id', i.id::text, 'chatId', i.chat_id, 'waMessageId', i.wa_message_id, 'payload', i.payload,
           'history', i.history, 'correlationId', i.correlation_id) ORDER BY i.run_epoch, i.n), '[]'),
         max(i.payload ->> 'phone') FILTER (WHERE i.payload ->> 'phone' ~ '^\+\d{6,15}$'),
         max(i.payload ->> 'lid') FILTER (WHERE i.payload ->> 'lid' ~ '^\d{4,24}$')
    INTO the_rows, the_phone, the_lid
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
  RETURN jsonb_build_object(
    'bot', app.bot_json(b), 'features', app.features_json(f), 'jid', c.jid,
    'contact', jsonb_build_object('phone', the_phone, 'lid', the_lid),
    'lead', CASE WHEN l.id IS NOT NULL THEN app.lead_json(l) END,
    'sources', CASE WHEN l.id IS NOT NULL THEN app.lead_sources(l) ELSE '{}'::jsonb END,
    'rows', the_rows);
END
$$;

-- What a turn reads: the newest p_limit messages that reached the customer or us, oldest first; of the customer's those up
-- to p_upto. Null: no such lead.
CREATE FUNCTION app.gather_turn(p_workspace uuid, p_lead int, p_upto int, p_limit int) RETURNS jsonb LANGUAGE plpgsql AS $$
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
         WHERE lead_id = p_lead AND status NOT IN ('cancelled', 'failed') AND (sender <> 'customer' OR seq <= p_upto)
         ORDER BY seq DESC LIMIT p_limit) m));
END
$$;

-- What filing an answer needs: the turn, and the messages its quotes are checked against: those it names, and the
-- newest p_limit of the customer. Null: no such turn.
CREATE FUNCTION app.gather_delivery(p_workspace uuid, p_turn int, p_limit int) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  b bots%ROWTYPE;
  f bot_features%ROWTYPE;
  l leads%ROWTYPE;
  t ai_turns%ROWTYPE;
BEGIN
  PERFORM app.enter(p_workspace);
  SELECT * INTO t FROM ai_turns WHERE id = p_turn;
  IF t.id IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT * INTO STRICT l FROM leads WHERE id = t.lead_id;
  SELECT * INTO STRICT b FROM bots WHERE id = l.bot_id;
  SELECT * INTO STRICT f FROM bot_features WHERE bot_id = l.bot_id;
  RETURN jsonb_build_object(
    'turn', jsonb_build_object('id', t.id, 'workspaceId', t.workspace_id, 'leadId', t.lead_id, 'turnNo', t.turn_no, 'kind', t.kind,
      'uptoSeq', t.upto_seq, 'ownerVersion', t.owner_version, 'answer', t.answer, 'correlationId', t.correlation_id, 'deliveredAt', t.delivered_at),
    'bot', app.bot_json(b), 'features', app.features_json(f), 'lead', app.lead_json(l), 'sources', app.lead_sources(l),
    'messages', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'text', m.message, 'sender', m.sender) ORDER BY m.seq), '[]') FROM lead_messages m
       WHERE m.lead_id = l.id
         AND (m.id IN (SELECT x.id FROM lead_messages x WHERE x.lead_id = l.id AND x.sender = 'customer' ORDER BY x.seq DESC LIMIT p_limit)
           OR to_jsonb(m.id) IN (SELECT jsonb_path_query(t.answer, 'lax $.fields[*].messageId')))));
END
$$;

GRANT EXECUTE ON FUNCTION app.bot_json(bots), app.features_json(bot_features), app.lead_json(leads), app.message_json(lead_messages),
  app.lead_sources(leads) TO wbm_service;
GRANT EXECUTE ON FUNCTION app.gather_chat(uuid, text, uuid, int), app.gather_delivery(uuid, int, int) TO wbm_lead_worker;
GRANT EXECUTE ON FUNCTION app.gather_turn(uuid, int, int, int) TO wbm_ai_worker;
