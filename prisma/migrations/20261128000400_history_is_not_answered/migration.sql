-- What a bot reads of a chat's past is answered by nobody, also when it is filed while the answer to something else is made.

-- As before, but a reply stays due only for what the customer wrote while the bot listened. Of history that came during the turn
-- the facts are captured, where the bot reads history by model at all.
CREATE OR REPLACE FUNCTION app.store_answer(p_workspace uuid, p_lead int, p_turn int, p_max_wait_ms int, p_answer jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  l leads%ROWTYPE;
  upto int := (p_answer ->> 'uptoSeq')::int;
  owed boolean;
  next_kind text;
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
  owed := l.owner = 'bot' AND l.reply_kind = 'reply' AND l.owner_version <> (p_answer ->> 'ownerVersion')::int;
  IF owed THEN
    next_kind := 'reply';
  ELSIF l.last_in_seq > upto THEN
    SELECT CASE WHEN bool_or(NOT m.history) THEN coalesce(l.reply_kind, 'reply')
                WHEN bool_and(b.history_capture) THEN 'capture' END
      INTO next_kind
      FROM lead_messages m JOIN bots b ON b.id = m.bot_id
     WHERE m.lead_id = p_lead AND m.sender = 'customer' AND m.seq > upto;
  END IF;
  UPDATE leads SET answered_seq = greatest(answered_seq, upto), turn_until = NULL, turn_waiting_since = NULL, turn_failures = 0,
         reply_due_at = CASE WHEN next_kind IS NOT NULL THEN greatest(reply_due_at, clock_timestamp()) END,
         unanswered_since = CASE WHEN next_kind IS NOT NULL THEN unanswered_since END,
         reply_kind = next_kind
   WHERE id = p_lead;
  INSERT INTO ai_turns (workspace_id, lead_id, turn_no, kind, upto_seq, owner_version, answer, verdict, prompt_version, model, input_tokens, output_tokens, latency_ms, correlation_id)
  VALUES (p_workspace, p_lead, p_turn, p_answer ->> 'kind', upto, (p_answer ->> 'ownerVersion')::int, p_answer -> 'answer', coalesce(p_answer ->> 'verdict', 'ok'),
          (p_answer ->> 'promptVersion')::int, p_answer ->> 'model', (p_answer ->> 'inputTokens')::int, (p_answer ->> 'outputTokens')::int,
          (p_answer ->> 'latencyMs')::int, p_answer ->> 'correlationId')
  RETURNING id INTO new_id;
  RETURN jsonb_build_object('outcome', 'stored', 'turnId', new_id);
END
$$;
