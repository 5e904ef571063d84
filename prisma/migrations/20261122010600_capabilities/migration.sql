-- What a session can do, as its run last looked, and how a test with the own number went.

-- All of what a session can do, as its run knows it now: {name: {available, reason}}; {} when a session begins. A run that lost
-- the bot changes nothing. Answers whether anything changed.
CREATE FUNCTION app.set_capabilities(p_workspace uuid, p_bot text, p_epoch int, p_capabilities jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM app.enter(p_workspace);
  UPDATE bots SET capabilities = p_capabilities WHERE id = p_bot AND run_epoch = p_epoch AND capabilities IS DISTINCT FROM p_capabilities;
  RETURN FOUND;
END
$$;

-- How the test went that somebody asked for: null words mean that it went well. A run that lost the bot changes nothing.
CREATE FUNCTION app.set_self_test(p_workspace uuid, p_bot text, p_epoch int, p_text_fault text, p_picture_fault text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM app.enter(p_workspace);
  UPDATE bots SET self_test = jsonb_build_object(
           'at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           'text', p_text_fault, 'picture', p_picture_fault)
   WHERE id = p_bot AND run_epoch = p_epoch;
  RETURN FOUND;
END
$$;

GRANT EXECUTE ON FUNCTION app.set_capabilities(uuid, text, int, jsonb), app.set_self_test(uuid, text, int, text, text) TO wbm_bot_runner;
