-- Files of conversations: those that come are fetched by the runner that holds the bot, whenever its session can.

-- Writes what a session reported. The same WhatsApp message again changes nothing, and our own message coming back is
-- known by the id that was chosen before it was claimed. A file that came with a message is due to be fetched.
-- p_rows: [{jid, waMessageId, n, payload, history, correlationId}]; answers the chats whose rows wait to be filed.
CREATE OR REPLACE FUNCTION app.receive_inbound(p_workspace uuid, p_bot text, p_epoch int, p_rows jsonb)
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
    RETURNING inbound_messages.chat_id, inbound_messages.wa_message_id, inbound_messages.payload
  ), files AS (
    INSERT INTO media (workspace_id, bot_id, wa_message_id, chat_jid, kind, mime_type, name, size, seconds, state, due_at, created_at)
    SELECT p_workspace, p_bot, s.wa_message_id, c.jid, s.payload -> 'media' ->> 'kind', s.payload -> 'media' ->> 'mimeType', s.payload -> 'media' ->> 'name',
           (s.payload -> 'media' ->> 'size')::bigint, (s.payload -> 'media' ->> 'seconds')::int, 'pending', clock_timestamp(), clock_timestamp()
      FROM inserted s JOIN chats c ON c.id = s.chat_id
     WHERE jsonb_typeof(s.payload -> 'media') = 'object'
    ON CONFLICT (bot_id, wa_message_id) DO NOTHING
  )
  SELECT i.chat, (SELECT count(*)::int FROM inserted s WHERE s.chat_id = i.chat) FROM incoming i GROUP BY i.chat;
END
$$;
