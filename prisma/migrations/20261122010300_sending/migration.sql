-- The sending budget: a number that sends too much, too fast or unasked is taken away. And files leave through the same exit.

DROP FUNCTION app.next_sends(uuid, text);
-- The lane: of each chat that has nothing leaving, the oldest queued message whose time has come; the longest waiting chats
-- first, and no more of them than a lane can start before it looks again.
CREATE FUNCTION app.next_sends(p_workspace uuid, p_bot text)
RETURNS TABLE (message_id int, lead_id int, sender text, text text, chat_jid text, correlation_id text, attempts int,
  media_id uuid, media_kind text, media_mime_type text, media_name text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM app.enter(p_workspace);
  RETURN QUERY
  SELECT o.id, o.lead_id, o.sender, o.message, o.chat_jid, o.correlation_id, o.attempts, f.id, f.kind, f.mime_type, f.name
    FROM (SELECT DISTINCT ON (m.lead_id) m.*
            FROM lead_messages m
           WHERE m.bot_id = p_bot AND m.status = 'queued'
             AND NOT EXISTS (SELECT 1 FROM lead_messages s WHERE s.bot_id = p_bot AND s.lead_id = m.lead_id AND s.status = 'sending')
           ORDER BY m.lead_id, m.seq) o
    LEFT JOIN media f ON f.workspace_id = o.workspace_id AND f.id = o.media_id
   WHERE coalesce(o.not_before, '-infinity') <= clock_timestamp() -- after the choice: nothing overtakes one that waits for its retry
   ORDER BY o.id LIMIT 50;
END
$$;

DROP FUNCTION app.post_message(uuid, int, text, boolean, text, text, text);
-- A person's message joins the lane. The same client id again is the same message again.
-- p_media: a file that was uploaded and is stored.
-- Answers {outcome: queued | duplicate | bot-has-it | not-yours | not-found | no-such-media, messageId, botId}.
CREATE FUNCTION app.post_message(p_workspace uuid, p_lead int, p_author text, p_force boolean, p_text text, p_client_id text, p_correlation text, p_media uuid) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  l leads%ROWTYPE;
  existing int;
  new_id int;
  file_kind text;
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
  IF p_media IS NOT NULL THEN
    SELECT kind INTO file_kind FROM media WHERE id = p_media AND state = 'stored' AND wa_message_id IS NULL;
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

GRANT EXECUTE ON FUNCTION app.next_sends(uuid, text) TO wbm_bot_runner;
GRANT EXECUTE ON FUNCTION app.post_message(uuid, int, text, boolean, text, text, text, uuid) TO wbm_gateway;
