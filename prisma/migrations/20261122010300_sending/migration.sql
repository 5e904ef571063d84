-- The sending budget: a number that sends too much, too fast or unasked is taken away. And files leave through the same exit.

-- ── The budget ───────────────────────────────────────────────────────────────────────────────────────────────────
-- The limits come from packages/domain: messages a minute, a day, and a day to people who did not ask; null for none. What
-- counts is what was claimed, whatever became of it, except what is known never to have left.

-- Whether a message to this person is asked for: they wrote within a day. Of a long chat the newest messages tell.
CREATE FUNCTION app.is_asked(l leads) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM lead_messages m WHERE m.lead_id = l.id AND m.seq > l.last_seq - 200
                    AND m.sender = 'customer' AND m."timestamp" > clock_timestamp() - interval '1 day')
$$;

-- How many may be claimed now, of any kind and unasked ones, and when the next may if none; null: any number.
CREATE FUNCTION app.sending_room(p_bot text, p_per_minute int, p_per_day int, p_unasked_per_day int,
  OUT room int, OUT free_at timestamptz, OUT unasked_room int, OUT unasked_free_at timestamptz, OUT why text) LANGUAGE plpgsql AS $$
DECLARE
  this_moment timestamptz := clock_timestamp();
  in_minute int;
  in_day int;
  unasked_in_day int;
BEGIN
  IF p_per_minute IS NULL AND p_per_day IS NULL AND p_unasked_per_day IS NULL THEN
    RETURN;
  END IF;
  SELECT count(*) FILTER (WHERE m.claimed_at > this_moment - interval '1 minute'), count(*), count(*) FILTER (WHERE m.unasked)
    INTO in_minute, in_day, unasked_in_day
    FROM lead_messages m WHERE m.bot_id = p_bot AND m.claimed_at > this_moment - interval '1 day' AND m.status NOT IN ('queued', 'cancelled');
  room := least(p_per_minute - in_minute, p_per_day - in_day);
  unasked_room := least(room, p_unasked_per_day - unasked_in_day);
  -- A window has room again when the message leaves it that fills its last place.
  IF in_minute >= p_per_minute THEN
    why := 'minute';
    free_at := coalesce((SELECT m.claimed_at FROM lead_messages m
      WHERE m.bot_id = p_bot AND m.claimed_at > this_moment - interval '1 minute' AND m.status NOT IN ('queued', 'cancelled')
      ORDER BY m.claimed_at DESC OFFSET greatest(p_per_minute, 1) - 1 LIMIT 1), this_moment) + interval '1 minute';
  END IF;
  IF in_day >= p_per_day THEN
    why := 'day';
    free_at := greatest(free_at, coalesce((SELECT m.claimed_at FROM lead_messages m
      WHERE m.bot_id = p_bot AND m.claimed_at > this_moment - interval '1 day' AND m.status NOT IN ('queued', 'cancelled')
      ORDER BY m.claimed_at DESC OFFSET greatest(p_per_day, 1) - 1 LIMIT 1), this_moment) + interval '1 day');
  END IF;
  unasked_free_at := free_at;
  IF unasked_in_day >= p_unasked_per_day THEN
    unasked_free_at := greatest(free_at, coalesce((SELECT m.claimed_at FROM lead_messages m
      WHERE m.bot_id = p_bot AND m.claimed_at > this_moment - interval '1 day' AND m.status NOT IN ('queued', 'cancelled') AND m.unasked
      ORDER BY m.claimed_at DESC OFFSET greatest(p_unasked_per_day, 1) - 1 LIMIT 1), this_moment) + interval '1 day');
  END IF;
END
$$;

-- A moment as somebody there reads it on the clock, with the day unless it is today: rounded up, for it says when something is
-- due at the earliest. A zone that Postgres does not know, or reads the other way round as it does with plain offsets, is none.
CREATE FUNCTION app.clock_words(p_at timestamptz, p_zone text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  there timestamp;
  today date;
BEGIN
  BEGIN
    IF p_zone ~ '^[A-Za-z]' THEN
      there := (date_trunc('minute', p_at + interval '59 seconds') AT TIME ZONE p_zone);
      today := (clock_timestamp() AT TIME ZONE p_zone)::date;
    END IF;
  EXCEPTION WHEN invalid_parameter_value THEN
    there := NULL;
  END;
  IF there IS NULL THEN
    RETURN app.clock_words(p_at, 'UTC') || ' UTC';
  END IF;
  RETURN to_char(there, CASE WHEN there::date = today THEN 'HH24:MI' ELSE 'HH24:MI "on" FMDD FMMonth' END);
END
$$;

-- Lets queued messages wait for the budget and says so on them; p_leads null: those of all chats. They leave when there is
-- room, whatever `not_before` says: it keeps them from being rung for till then. One that waits for its own retry is left
-- alone, and so is one that somebody is busy with (no lead is locked here, so nothing may be waited for).
-- One that waits already is written again only when the minute changes that it shows: while a long queue leaves at the pace of
-- the budget the time moves with every message.
-- Answers those that were held only now, and those of which the minute changed.
CREATE FUNCTION app.hold_sends(p_bot text, p_leads int[], p_why text, p_until timestamptz)
RETURNS TABLE (message_id int, lead_id int, sender text, fresh boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  zone text;
  says text;
BEGIN
  SELECT time_zone INTO zone FROM bots WHERE id = p_bot;
  says := 'The sending budget of this number' || CASE p_why WHEN 'unasked' THEN ' for people who have not written lately' ELSE '' END
    || ' is used up; it goes out at ' || app.clock_words(p_until, zone) || ' at the earliest.';
  RETURN QUERY
  WITH waiting AS (
    SELECT m.id, m.held IS NULL AS fresh FROM lead_messages m
     WHERE m.bot_id = p_bot AND m.status = 'queued' AND (p_leads IS NULL OR m.lead_id = ANY (p_leads))
       AND CASE WHEN m.held IS NULL THEN coalesce(m.not_before, '-infinity') <= clock_timestamp()
             ELSE date_trunc('minute', m.not_before + interval '59 seconds') < date_trunc('minute', p_until + interval '59 seconds') END
     ORDER BY m.id LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE lead_messages m SET held = p_why, not_before = p_until, status_reason = says
    FROM waiting w WHERE m.id = w.id
  RETURNING m.id, m.lead_id, m.sender, w.fresh;
END
$$;

-- ── Leaving ──────────────────────────────────────────────────────────────────────────────────────────────────────
DROP FUNCTION app.next_sends(uuid, text);
-- The lane: of each chat that has nothing leaving, the oldest queued message whose time has come, replies before anything
-- unasked, and else the longest waiting chats first; no more of them than the budget has room for, or than a lane can start
-- before it looks again. What has to wait for the budget is told so. p_may_answer: false while the bot itself has to be silent.
-- Answers {due: [{messageId, leadId, sender, text, chatJid, correlationId, attempts, media}], heldNow, held: [{messageId, leadId}],
-- heldForMs}: how many were held only now, those of people of which it is news, and when to look again, null for no such time.
CREATE FUNCTION app.next_sends(p_workspace uuid, p_bot text, p_may_answer boolean, p_per_minute int, p_per_day int, p_unasked_per_day int) RETURNS jsonb LANGUAGE plpgsql AS $$
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
  ), ranked AS (
    SELECT o.*, row_number() OVER (PARTITION BY o.asked ORDER BY o.id) AS nth FROM ready o
  ), chosen AS (
    SELECT o.* FROM ranked o WHERE o.asked OR o.nth <= r.unasked_room ORDER BY o.asked DESC, o.id LIMIT greatest(0, least(50, r.room))
  )
  SELECT coalesce((SELECT jsonb_agg(jsonb_build_object('messageId', o.id, 'leadId', o.lead_id, 'sender', o.sender, 'text', o.message, 'chatJid', o.chat_jid,
             'correlationId', o.correlation_id, 'attempts', o.attempts,
             'media', CASE WHEN f.id IS NOT NULL THEN jsonb_build_object('id', f.id, 'kind', f.kind, 'mimeType', f.mime_type, 'name', f.name) END)
             ORDER BY o.asked DESC, o.id)
           FROM chosen o LEFT JOIN media f ON f.workspace_id = o.workspace_id AND f.id = o.media_id), '[]'),
         (SELECT array_agg(o.lead_id) FROM ranked o WHERE NOT o.asked OR r.room <= 0)
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

DROP FUNCTION app.claim_send(uuid, int, int, text, int);
-- The one exit: no message reaches WhatsApp without this claim. Answers
-- sending    go: send it now under p_wa_id;
-- cancelled  a person took over, the contact opted out or must write first, or it is the bot's and was queued longer than
--            p_reply_age_ms ago (its bot was off, or the budget used up, say): it will never be sent, and the customer whom it
--            leaves without an answer waits for a person;
-- held       the budget is used up: stays queued, and says till when;
-- busy       another message of the chat is leaving: stays queued;
-- not-mine   the bot moved to another runner: stays queued;
-- gone       it is not queued any more.
-- Several chats of a bot are claimed at once, and the budget is exact all the same: who counts holds the bot's budget until
-- the claim is committed. It is the last lock taken, after bot and lead, so whoever has it waits for nobody; a claim that
-- is refused for another reason never asks for it.
CREATE FUNCTION app.claim_send(p_workspace uuid, p_message int, p_epoch int, p_wa_id text, p_reply_age_ms int,
  p_per_minute int, p_per_day int, p_unasked_per_day int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  m lead_messages%ROWTYPE;
  l leads%ROWTYPE;
  r record;
  asked boolean := true;
  refused text;
  too_old boolean;
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
  refused := CASE
    WHEN l.write_first = 'not-on-whatsapp' THEN 'This number is not on WhatsApp.'
    WHEN l.write_first IS NOT NULL THEN 'WhatsApp refused it: the customer must write first.'
    WHEN m.sender <> 'bot' THEN NULL
    WHEN EXISTS (SELECT 1 FROM contacts c WHERE c.id = l.contact_id AND c.opted_out_at IS NOT NULL) THEN 'The customer asked for no more messages.'
    WHEN l.owner <> 'bot' OR l.owner_version <> m.owner_version THEN 'A person took over the chat.'
    WHEN m."timestamp" < clock_timestamp() - make_interval(secs => p_reply_age_ms / 1000.0) THEN 'It waited too long to be sent.' END;
  too_old := refused = 'It waited too long to be sent.';
  IF refused IS NOT NULL THEN
    UPDATE lead_messages SET status = 'cancelled', status_reason = refused, held = NULL WHERE id = p_message AND status = 'queued';
    IF NOT FOUND THEN
      RETURN 'gone';
    END IF;
    -- Unless something of ours still follows, nobody answers this customer any more: a person has to.
    IF too_old AND NOT EXISTS (SELECT 1 FROM lead_messages a WHERE a.lead_id = m.lead_id AND a.seq > m.seq AND a.sender <> 'customer'
                                  AND a.status NOT IN ('cancelled', 'failed')) THEN
      UPDATE leads SET waiting_since = coalesce(waiting_since, clock_timestamp()), waiting_reason = coalesce(waiting_reason, 'message') WHERE id = l.id;
    END IF;
    RETURN 'cancelled';
  END IF;
  IF p_per_minute IS NOT NULL OR p_per_day IS NOT NULL OR p_unasked_per_day IS NOT NULL THEN
    asked := app.is_asked(l);
    PERFORM pg_advisory_xact_lock(hashtext('wbm.sending'), hashtext(m.bot_id));
    SELECT * INTO r FROM app.sending_room(m.bot_id, p_per_minute, p_per_day, p_unasked_per_day);
    IF r.room <= 0 THEN
      PERFORM app.hold_sends(m.bot_id, ARRAY[m.lead_id], r.why, r.free_at);
      RETURN 'held';
    ELSIF NOT asked AND r.unasked_room <= 0 THEN
      PERFORM app.hold_sends(m.bot_id, ARRAY[m.lead_id], 'unasked', r.unasked_free_at);
      RETURN 'held';
    END IF;
  END IF;
  UPDATE lead_messages SET claimed_at = clock_timestamp(), claimed_epoch = p_epoch, attempts = attempts + 1, wa_message_id = coalesce(wa_message_id, p_wa_id),
         status = 'sending', status_reason = NULL, held = NULL, unasked = NOT asked
   WHERE id = p_message AND status = 'queued';
  RETURN CASE WHEN FOUND THEN 'sending' ELSE 'gone' END;
END
$$;

DROP FUNCTION app.mark_send(uuid, int, int, text, text, int);
-- What became of a claimed message: sent, failed, unconfirmed, or queued again (only when it is known that it never left).
-- Only a row that is still `sending` moves, so an ack that was faster stands; and only by the run that claimed it or a later
-- one, so that a run which lost the bot says nothing about its successor's send.
-- p_why, of one that WhatsApp refused: not-on-whatsapp and write-first are the person's doing. Then the chat is marked until
-- they write, and what else is queued for them is cancelled for the same p_reason; an ack that told of the refusal first
-- changes nothing about that. Somebody who wrote within a day, or meanwhile, is no cold contact: only the message is refused.
-- Answers {moved, cancelled: [messageId]}.
CREATE FUNCTION app.mark_send(p_workspace uuid, p_message int, p_epoch int, p_outcome text, p_reason text, p_retry_ms int, p_why text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  l leads%ROWTYPE;
  moved boolean;
  wall text := CASE WHEN p_outcome <> 'failed' THEN NULL WHEN p_why = 'not-on-whatsapp' THEN p_why WHEN p_why = 'write-first' THEN 'refused' END;
  says text := p_reason;
  gone int[] := '{}';
BEGIN
  PERFORM app.enter(p_workspace);
  IF wall IS NOT NULL THEN
    SELECT * INTO l FROM leads WHERE id = (SELECT lead_id FROM lead_messages WHERE id = p_message) FOR NO KEY UPDATE;
    IF app.is_asked(l) THEN
      wall := NULL;
      says := 'WhatsApp refused the message.';
    END IF;
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
  RETURN jsonb_build_object('moved', moved, 'cancelled', to_jsonb(gone));
END
$$;

-- ── What people see of it ────────────────────────────────────────────────────────────────────────────────────────
-- What a bot has sent of late and what waits for its budget. Null: no such bot.
CREATE FUNCTION app.sending_of(p_workspace uuid, p_bot text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  this_moment timestamptz := clock_timestamp();
BEGIN
  PERFORM app.enter(p_workspace);
  RETURN (SELECT jsonb_build_object('engine', b.engine, 'linkedAt', b.linked_at, 'perMinute', b.send_per_minute, 'perDay', b.send_per_day,
                   'lastMinute', s.in_minute, 'last24h', s.in_day, 'unasked24h', s.unasked, 'refused24h', s.refused, 'held', h.held, 'heldUntil', h.until)
            FROM bots b,
                 LATERAL (SELECT count(*) FILTER (WHERE m.claimed_at > this_moment - interval '1 minute') AS in_minute, count(*) AS in_day,
                                 count(*) FILTER (WHERE m.unasked) AS unasked, count(*) FILTER (WHERE m.status = 'failed') AS refused
                            FROM lead_messages m WHERE m.bot_id = b.id AND m.claimed_at > this_moment - interval '1 day' AND m.status NOT IN ('queued', 'cancelled')) s,
                 LATERAL (SELECT count(*) AS held, min(m.not_before) AS until FROM lead_messages m WHERE m.bot_id = b.id AND m.status = 'queued' AND m.held IS NOT NULL) h
           WHERE b.id = p_bot);
END
$$;

DROP FUNCTION app.post_message(uuid, int, text, boolean, text, text, text);
-- A person's message joins the lane. The same client id again is the same message again.
-- p_media: a file that was uploaded and is stored.
-- Answers {outcome: queued | duplicate | bot-has-it | not-yours | not-found | no-such-media | write-first, messageId, botId}.
-- write-first: WhatsApp takes nothing for this person until they write; `why` says for which reason.
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

-- Who looks for work (app.runner_work) and the sweep ring for no message before its `not_before`.
GRANT EXECUTE ON FUNCTION app.next_sends(uuid, text, boolean, int, int, int), app.claim_send(uuid, int, int, text, int, int, int, int),
  app.mark_send(uuid, int, int, text, text, int, text), app.sending_room(text, int, int, int), app.is_asked(leads),
  app.hold_sends(text, int[], text, timestamptz), app.clock_words(timestamptz, text) TO wbm_bot_runner;
GRANT EXECUTE ON FUNCTION app.post_message(uuid, int, text, boolean, text, text, text, uuid), app.sending_of(uuid, text) TO wbm_gateway;
