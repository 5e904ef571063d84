-- What a real WhatsApp needs: files, what becomes of a message after it was written, the sending budget, copies of sessions,
-- and what a session can do.

-- AlterTable
ALTER TABLE "bots" ADD COLUMN     "answer_age_ms" INTEGER NOT NULL DEFAULT 43200000,
ADD COLUMN     "capabilities" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "catch_up" JSONB,
ADD COLUMN     "history_capture" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "linked_at" TIMESTAMPTZ(3),
ADD COLUMN     "self_test" JSONB,
ADD COLUMN     "send_per_day" INTEGER,
ADD COLUMN     "send_per_minute" INTEGER,
ADD COLUMN     "session_erased_at" TIMESTAMPTZ(3),
ADD COLUMN     "session_logged_out" BOOLEAN;

-- AlterTable
ALTER TABLE "lead_messages" ADD COLUMN     "edited_at" TIMESTAMPTZ(3),
ADD COLUMN     "held" TEXT,
ADD COLUMN     "media_id" UUID,
ADD COLUMN     "reactions" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "revoked_at" TIMESTAMPTZ(3),
ADD COLUMN     "unasked" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "inbound_messages" ADD COLUMN     "target" TEXT;

-- AlterTable
ALTER TABLE "leads" ADD COLUMN     "write_first" TEXT;

-- AlterTable
ALTER TABLE "sandbox"."messages" ADD COLUMN     "edited_at" TIMESTAMPTZ(3),
ADD COLUMN     "media_id" UUID,
ADD COLUMN     "reactions" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "revoked_at" TIMESTAMPTZ(3),
ADD COLUMN     "type" TEXT NOT NULL DEFAULT 'text';

-- CreateTable
CREATE TABLE "media" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "workspace_id" UUID NOT NULL,
    "bot_id" TEXT,
    "wa_message_id" TEXT,
    "chat_jid" TEXT,
    "kind" TEXT NOT NULL,
    "mime_type" TEXT NOT NULL,
    "name" TEXT,
    "size" BIGINT,
    "seconds" INTEGER,
    "state" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "created_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "media_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session_snapshots" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "workspace_id" UUID NOT NULL,
    "bot_id" TEXT NOT NULL,
    "run_epoch" INTEGER NOT NULL,
    "size" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "void_at" TIMESTAMPTZ(3),
    "void_reason" TEXT,

    CONSTRAINT "session_snapshots_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sandbox"."changes" (
    "id" BIGSERIAL NOT NULL,
    "workspace_id" UUID NOT NULL,
    "bot_id" TEXT NOT NULL,
    "chat_id" UUID NOT NULL,
    "wa_message_id" TEXT NOT NULL,
    "change" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "text" TEXT NOT NULL DEFAULT '',
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "relayed_at" TIMESTAMPTZ(3),

    CONSTRAINT "changes_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "media_workspace_id_id_key" ON "media"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "media_bot_id_wa_message_id_key" ON "media"("bot_id", "wa_message_id");

-- CreateIndex
CREATE UNIQUE INDEX "session_snapshots_workspace_id_id_key" ON "session_snapshots"("workspace_id", "id");

-- CreateIndex
CREATE INDEX "session_snapshots_bot_id_run_epoch_idx" ON "session_snapshots"("bot_id", "run_epoch");

-- CreateIndex
CREATE INDEX "changes_chat_id_id_idx" ON "sandbox"."changes"("chat_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "changes_workspace_id_id_key" ON "sandbox"."changes"("workspace_id", "id");

-- CreateIndex
CREATE INDEX "lead_messages_workspace_id_media_id_idx" ON "lead_messages"("workspace_id", "media_id");

-- CreateIndex
CREATE INDEX "lead_messages_bot_id_claimed_at_idx" ON "lead_messages"("bot_id", "claimed_at");

-- CreateIndex
CREATE INDEX "messages_workspace_id_media_id_idx" ON "sandbox"."messages"("workspace_id", "media_id");

-- AddForeignKey
ALTER TABLE "lead_messages" ADD CONSTRAINT "lead_messages_workspace_id_media_id_fkey" FOREIGN KEY ("workspace_id", "media_id") REFERENCES "media"("workspace_id", "id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "media" ADD CONSTRAINT "media_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "media" ADD CONSTRAINT "media_workspace_id_bot_id_fkey" FOREIGN KEY ("workspace_id", "bot_id") REFERENCES "bots"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session_snapshots" ADD CONSTRAINT "session_snapshots_workspace_id_bot_id_fkey" FOREIGN KEY ("workspace_id", "bot_id") REFERENCES "bots"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sandbox"."messages" ADD CONSTRAINT "messages_workspace_id_media_id_fkey" FOREIGN KEY ("workspace_id", "media_id") REFERENCES "media"("workspace_id", "id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sandbox"."changes" ADD CONSTRAINT "changes_workspace_id_bot_id_fkey" FOREIGN KEY ("workspace_id", "bot_id") REFERENCES "sandbox"."devices"("workspace_id", "bot_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sandbox"."changes" ADD CONSTRAINT "changes_workspace_id_chat_id_fkey" FOREIGN KEY ("workspace_id", "chat_id") REFERENCES "sandbox"."chats"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Partial indexes, made by hand.
CREATE INDEX "due_media" ON "media" ("bot_id", "due_at") WHERE "state" = 'pending';
CREATE INDEX "due_changes" ON "sandbox"."changes" ("bot_id", "id") WHERE "relayed_at" IS NULL;
CREATE INDEX "due_erasures" ON "bots" ("archived_at") WHERE "archived_at" IS NOT NULL AND "session_erased_at" IS NULL;

-- ── Who may touch the new tables ─────────────────────────────────────────────────────────────────────────────────
GRANT SELECT, INSERT, UPDATE, DELETE ON media, session_snapshots, sandbox.changes TO wbm_service;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA sandbox TO wbm_service;
DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['public.media', 'public.session_snapshots', 'sandbox.changes'] LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %s TO wbm_service USING (workspace_id = app.current_workspace()) WITH CHECK (workspace_id = app.current_workspace())', t);
    EXECUTE format('CREATE POLICY owner ON %s TO %I USING (true) WITH CHECK (true)', t, current_user);
    EXECUTE format('GRANT SELECT ON %s TO wbm_definer', t);
    EXECUTE format('CREATE POLICY across_workspaces ON %s FOR SELECT TO wbm_definer USING (true)', t);
  END LOOP;
END
$$;

-- ── One row in the words of the domain ───────────────────────────────────────────────────────────────────────────
CREATE FUNCTION app.media_json(f media) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('id', f.id, 'kind', f.kind, 'mimeType', f.mime_type, 'name', f.name, 'size', f.size, 'seconds', f.seconds, 'state', f.state)
$$;
GRANT EXECUTE ON FUNCTION app.media_json(media) TO wbm_service;

CREATE OR REPLACE FUNCTION app.message_json(m lead_messages) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', m.id, 'leadId', m.lead_id, 'botId', m.bot_id, 'seq', m.seq, 'sender', m.sender, 'author', m.author, 'type', m.type,
    'text', m.message, 'status', m.status, 'statusReason', m.status_reason, 'clientId', m.client_id, 'at', m."timestamp",
    'editedAt', m.edited_at, 'revokedAt', m.revoked_at, 'reactions', jsonb_build_object('customer', m.reactions ->> 'customer', 'business', m.reactions ->> 'business'),
    'media', (SELECT app.media_json(f) FROM media f WHERE f.workspace_id = m.workspace_id AND f.id = m.media_id))
$$;

CREATE OR REPLACE FUNCTION app.lead_json(l leads) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', l.id, 'workspaceId', l.workspace_id, 'botId', l.bot_id,
    'botName', (SELECT b.name FROM bots b WHERE b.id = l.bot_id),
    'contactId', l.contact_id, 'whatsappNumber', l.whatsapp_number,
    'pushName', (SELECT c.push_name FROM contacts c WHERE c.id = l.contact_id),
    'name', l.name, 'email', l.email, 'location', l.location, 'phone', l.phone, 'status', l.status,
    'owner', l.owner, 'ownerVersion', l.owner_version, 'assignedTo', l.assigned_to,
    'capturedAt', l.captured_at, 'qualifiedAt', l.qualified_at, 'lastMessageAt', l.last_message_at,
    'lastMessage', (SELECT left(m.message, 160) FROM lead_messages m WHERE m.lead_id = l.id AND m.status <> 'cancelled' ORDER BY m.seq DESC LIMIT 1),
    'waitingSince', l.waiting_since, 'waitingReason', l.waiting_reason, 'writeFirst', l.write_first, 'version', l.version)
$$;

CREATE OR REPLACE FUNCTION app.bot_json(b bots) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', b.id, 'workspaceId', b.workspace_id, 'name', b.name, 'prompt', b.prompt,
    'promptVersion', coalesce((SELECT max(p.version) FROM bot_prompts p WHERE p.workspace_id = b.workspace_id AND p.bot_id = b.id), 1),
    'engine', b.engine, 'status', b.status, 'ownerEmail', b.owner_email, 'timeZone', b.time_zone,
    'quietMs', b.quiet_ms, 'maxWaitMs', b.max_wait_ms, 'qualification', b.qualification, 'version', b.version,
    'createdAt', b.created_at, 'archivedAt', b.archived_at, 'state', b.state, 'stateReason', b.state_reason, 'stateAt', b.state_at,
    'ownNumber', b.own_number, 'qr', NULL, 'qrExpiresAt', NULL, 'pairingCode', NULL, 'progress', b.progress,
    'answerAgeMs', b.answer_age_ms, 'historyCapture', b.history_capture, 'catchUp', b.catch_up,
    'linkedAt', b.linked_at, 'sendPerMinute', b.send_per_minute, 'sendPerDay', b.send_per_day,
    'capabilities', b.capabilities, 'selfTest', b.self_test)
$$;
