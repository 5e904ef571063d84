-- Who may touch what.
-- Services log in as a role that owns nothing and act as one of five group roles. Row-level security is forced on every
-- table. Functions that must look across workspaces belong to wbm_definer, return ids only, and each is granted to the
-- one service that needs it.

DO $$
DECLARE
  r text;
BEGIN
  FOREACH r IN ARRAY ARRAY['wbm_service', 'wbm_gateway', 'wbm_bot_runner', 'wbm_ai_worker', 'wbm_lead_worker', 'wbm_scheduler', 'wbm_definer'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN', r);
    EXCEPTION
      WHEN duplicate_object OR unique_violation THEN NULL; -- roles belong to the server, not to the database
    END;
  END LOOP;
  FOREACH r IN ARRAY ARRAY['wbm_gateway', 'wbm_bot_runner', 'wbm_ai_worker', 'wbm_lead_worker', 'wbm_scheduler'] LOOP
    EXECUTE format('GRANT wbm_service TO %I', r);
  END LOOP;
  EXECUTE format('GRANT wbm_definer TO %I', current_user);
END
$$;

CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app, public, sandbox TO wbm_service, wbm_definer;
GRANT CREATE ON SCHEMA app TO wbm_definer;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA app REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, sandbox TO wbm_service;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public, sandbox TO wbm_service;
-- Members and workspaces are made by the owner (seed, invitations); runners only through functions.
REVOKE INSERT, UPDATE, DELETE ON workspaces, users, memberships FROM wbm_service;
REVOKE ALL ON runners, sign_in_tokens FROM wbm_service;
DO $$
BEGIN
  IF to_regclass('public._prisma_migrations') IS NOT NULL THEN
    REVOKE ALL ON public._prisma_migrations FROM wbm_service;
  END IF;
END
$$;
-- The audit log is written once.
REVOKE UPDATE, DELETE ON audit_log FROM wbm_service;

-- The workspace of the current transaction. After a transaction the setting is '' rather than null on that connection.
CREATE FUNCTION app.current_workspace() RETURNS uuid LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('app.workspace_id', true), '')::uuid $$;
GRANT EXECUTE ON FUNCTION app.current_workspace() TO wbm_service, wbm_definer;

DO $$
DECLARE
  t record;
BEGIN
  FOR t IN
    SELECT c.table_schema, c.table_name
      FROM information_schema.columns c
      JOIN information_schema.tables b USING (table_schema, table_name)
     WHERE c.column_name = 'workspace_id' AND c.table_schema IN ('public', 'sandbox') AND b.table_type = 'BASE TABLE'
  LOOP
    EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', t.table_schema, t.table_name);
    EXECUTE format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', t.table_schema, t.table_name);
    EXECUTE format(
      'CREATE POLICY tenant ON %I.%I TO wbm_service USING (workspace_id = app.current_workspace()) WITH CHECK (workspace_id = app.current_workspace())',
      t.table_schema, t.table_name);
  END LOOP;
END
$$;

ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspaces FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workspaces TO wbm_service USING (id = app.current_workspace());

-- A workspace sees a person through their membership, which is itself limited to the workspace.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON users TO wbm_service USING (EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = users.id));

ALTER TABLE runners ENABLE ROW LEVEL SECURITY;
ALTER TABLE runners FORCE ROW LEVEL SECURITY;
CREATE POLICY functions_only ON runners TO wbm_definer USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON runners TO wbm_definer;

-- What the cross-workspace functions may see, and nothing else. Explicit policies rather than BYPASSRLS, which managed
-- servers refuse to grant.
DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['public.bots', 'public.leads', 'public.lead_messages', 'public.inbound_messages', 'public.ai_turns',
                           'public.schedules', 'public.memberships', 'public.users', 'public.sign_in_tokens', 'sandbox.messages', 'sandbox.devices'] LOOP
    EXECUTE format('GRANT SELECT ON %s TO wbm_definer', t);
    EXECUTE format('CREATE POLICY across_workspaces ON %s FOR SELECT TO wbm_definer USING (true)', t);
  END LOOP;
END
$$;
GRANT UPDATE ON bots TO wbm_definer;
CREATE POLICY placement ON bots FOR UPDATE TO wbm_definer USING (true) WITH CHECK (true);
GRANT UPDATE ON sign_in_tokens TO wbm_definer;
CREATE POLICY redemption ON sign_in_tokens FOR UPDATE TO wbm_definer USING (true) WITH CHECK (true);
