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
