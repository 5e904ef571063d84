-- What was written while nobody listened: read when the session is back, told in one summary, and answered where somebody still waits.

-- A session's state as its run tells it; a run that lost the bot changes nothing. p_patch: {state, reason, ownNumber, qr,
-- qrExpiresAt, pairingCode, progress}; qr, pairing code and progress not named are cleared. Another number than before is young
-- again, and nothing of its chats was ever read. Answers whether anything changed.
CREATE OR REPLACE FUNCTION app.set_bot_state(p_workspace uuid, p_bot text, p_epoch int, p_patch jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  was record;
  number text := p_patch ->> 'ownNumber';
BEGIN
  PERFORM app.enter(p_workspace);
  SELECT state, state_reason, qr, pairing_code, progress, own_number INTO was FROM bots WHERE id = p_bot AND run_epoch = p_epoch FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE bots SET state = p_patch ->> 'state', state_reason = p_patch ->> 'reason',
         state_at = CASE WHEN state = p_patch ->> 'state' THEN state_at ELSE clock_timestamp() END,
         own_number = coalesce(number, own_number),
         linked_at = CASE WHEN number IS NULL THEN linked_at WHEN number IS DISTINCT FROM own_number THEN clock_timestamp() ELSE coalesce(linked_at, clock_timestamp()) END,
         caught_up_to = CASE WHEN number <> own_number THEN NULL ELSE caught_up_to END,
         qr = p_patch ->> 'qr', qr_expires_at = (p_patch ->> 'qrExpiresAt')::timestamptz,
         pairing_code = p_patch ->> 'pairingCode', progress = (p_patch ->> 'progress')::int
   WHERE id = p_bot;
  IF was.state IS DISTINCT FROM p_patch ->> 'state' THEN
    INSERT INTO bot_events (workspace_id, bot_id, state, reason, run_epoch, at)
    VALUES (p_workspace, p_bot, p_patch ->> 'state', p_patch ->> 'reason', p_epoch, clock_timestamp());
  END IF;
  RETURN (was.state, was.state_reason, was.qr, was.pairing_code, was.progress, was.own_number)
    IS DISTINCT FROM (p_patch ->> 'state', p_patch ->> 'reason', p_patch ->> 'qr', p_patch ->> 'pairingCode', (p_patch ->> 'progress')::int, coalesce(number, was.own_number));
END
$$;

-- What filing an answer needs: the turn, and the messages its quotes are checked against: those it names, and the
-- newest p_limit of the customer. `history`: what the customer wrote last is older than the session. Null: no such turn.
CREATE OR REPLACE FUNCTION app.gather_delivery(p_workspace uuid, p_turn int, p_limit int) RETURNS jsonb LANGUAGE plpgsql AS $$
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
    'history', (SELECT m.history FROM lead_messages m WHERE m.lead_id = l.id AND m.sender = 'customer' ORDER BY m.seq DESC LIMIT 1),
    'messages', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'text', m.message, 'sender', m.sender) ORDER BY m.seq), '[]') FROM lead_messages m
       WHERE m.lead_id = l.id
         AND (m.id IN (SELECT x.id FROM lead_messages x WHERE x.lead_id = l.id AND x.sender = 'customer' ORDER BY x.seq DESC LIMIT p_limit)
           OR to_jsonb(m.id) IN (SELECT jsonb_path_query(t.answer, 'lax $.fields[*].messageId')))));
END
$$;
