-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "sandbox";

-- CreateTable
CREATE TABLE "workspaces" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspaces_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "email" TEXT NOT NULL,
    "name" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "memberships" (
    "workspace_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "memberships_pkey" PRIMARY KEY ("workspace_id","user_id")
);

-- CreateTable
CREATE TABLE "sign_in_tokens" (
    "workspace_id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_tokens_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "bots" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "prompt" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'enabled',
    "owner_email" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "workspace_id" UUID NOT NULL,
    "engine" TEXT NOT NULL DEFAULT 'sandbox',
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "quiet_ms" INTEGER NOT NULL DEFAULT 4000,
    "max_wait_ms" INTEGER NOT NULL DEFAULT 20000,
    "qualification" JSONB NOT NULL DEFAULT '[["name"],["phone","email"]]',
    "version" INTEGER NOT NULL DEFAULT 1,
    "archived_at" TIMESTAMPTZ(3),
    "state" TEXT NOT NULL DEFAULT 'stopped',
    "state_reason" TEXT,
    "state_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "own_number" TEXT,
    "qr" TEXT,
    "qr_expires_at" TIMESTAMPTZ(3),
    "pairing_code" TEXT,
    "progress" INTEGER,
    "runner_id" UUID,
    "run_epoch" INTEGER NOT NULL DEFAULT 0,
    "restart_no" INTEGER NOT NULL DEFAULT 0,
    "asked" JSONB,
    "caught_up_to" TIMESTAMPTZ(3),

    CONSTRAINT "bots_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bot_features" (
    "id" SERIAL NOT NULL,
    "bot_id" TEXT NOT NULL,
    "scheduling_enabled" BOOLEAN NOT NULL DEFAULT false,
    "auto_response_enabled" BOOLEAN NOT NULL DEFAULT true,
    "lead_capture_enabled" BOOLEAN NOT NULL DEFAULT true,
    "working_hours_enabled" BOOLEAN NOT NULL DEFAULT false,
    "working_hours_start" TEXT NOT NULL DEFAULT '09:00',
    "working_hours_end" TEXT NOT NULL DEFAULT '18:00',
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "workspace_id" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "bot_features_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bot_prompts" (
    "workspace_id" UUID NOT NULL,
    "bot_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "prompt" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "bot_prompts_pkey" PRIMARY KEY ("workspace_id","bot_id","version")
);

-- CreateTable
CREATE TABLE "schedules" (
    "id" SERIAL NOT NULL,
    "bot_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "scheduled_at" TIMESTAMPTZ(3) NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "executed" BOOLEAN NOT NULL DEFAULT false,
    "executed_at" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "workspace_id" UUID NOT NULL,

    CONSTRAINT "schedules_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "contacts" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "workspace_id" UUID NOT NULL,
    "lid" TEXT,
    "phone" TEXT,
    "push_name" TEXT,
    "opted_out_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "contacts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chats" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "workspace_id" UUID NOT NULL,
    "bot_id" TEXT NOT NULL,
    "jid" TEXT NOT NULL,
    "lead_id" INTEGER,

    CONSTRAINT "chats_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "leads" (
    "id" SERIAL NOT NULL,
    "bot_id" TEXT NOT NULL,
    "whatsapp_number" TEXT,
    "name" TEXT,
    "email" TEXT,
    "location" TEXT,
    "phone" TEXT,
    "status" TEXT NOT NULL DEFAULT 'capturing',
    "assigned_to" TEXT,
    "captured_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "qualified_at" TIMESTAMPTZ(3),
    "last_message_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "workspace_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "chat_jid" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "waiting_since" TIMESTAMPTZ(3),
    "waiting_reason" TEXT,
    "owner" TEXT NOT NULL DEFAULT 'bot',
    "owner_version" INTEGER NOT NULL DEFAULT 1,
    "last_seq" INTEGER NOT NULL DEFAULT 0,
    "last_in_seq" INTEGER NOT NULL DEFAULT 0,
    "answered_seq" INTEGER NOT NULL DEFAULT 0,
    "unanswered_since" TIMESTAMPTZ(3),
    "reply_due_at" TIMESTAMPTZ(3),
    "reply_kind" TEXT,
    "turn_no" INTEGER NOT NULL DEFAULT 0,
    "turn_until" TIMESTAMPTZ(3),
    "turn_waiting_since" TIMESTAMPTZ(3),
    "turn_failures" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "leads_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lead_messages" (
    "id" SERIAL NOT NULL,
    "lead_id" INTEGER NOT NULL,
    "sender" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "timestamp" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "workspace_id" UUID NOT NULL,
    "bot_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "type" TEXT NOT NULL DEFAULT 'text',
    "status" TEXT NOT NULL,
    "status_reason" TEXT,
    "wa_message_id" TEXT,
    "author" TEXT,
    "client_id" TEXT,
    "history" BOOLEAN NOT NULL DEFAULT false,
    "correlation_id" TEXT NOT NULL,
    "turn_id" INTEGER,
    "chat_jid" TEXT,
    "owner_version" INTEGER,
    "not_before" TIMESTAMPTZ(3),
    "claimed_at" TIMESTAMPTZ(3),
    "claimed_epoch" INTEGER,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "acked_at" TIMESTAMPTZ(3),

    CONSTRAINT "lead_messages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lead_fields" (
    "id" SERIAL NOT NULL,
    "workspace_id" UUID NOT NULL,
    "lead_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "message_id" INTEGER,
    "quote" TEXT,
    "confidence" REAL,
    "created_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "lead_fields_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbound_messages" (
    "id" BIGSERIAL NOT NULL,
    "workspace_id" UUID NOT NULL,
    "bot_id" TEXT NOT NULL,
    "chat_id" UUID NOT NULL,
    "wa_message_id" TEXT NOT NULL,
    "run_epoch" INTEGER NOT NULL,
    "n" INTEGER NOT NULL,
    "payload" JSONB NOT NULL,
    "history" BOOLEAN NOT NULL DEFAULT false,
    "correlation_id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "filed_at" TIMESTAMPTZ(3),
    "lead_id" INTEGER,
    "refused" TEXT,

    CONSTRAINT "inbound_messages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_turns" (
    "id" SERIAL NOT NULL,
    "workspace_id" UUID NOT NULL,
    "lead_id" INTEGER NOT NULL,
    "turn_no" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "upto_seq" INTEGER NOT NULL,
    "owner_version" INTEGER NOT NULL,
    "answer" JSONB NOT NULL,
    "verdict" TEXT NOT NULL DEFAULT 'ok',
    "prompt_version" INTEGER,
    "model" TEXT NOT NULL,
    "input_tokens" INTEGER,
    "output_tokens" INTEGER,
    "latency_ms" INTEGER NOT NULL,
    "correlation_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),
    "refused" TEXT,

    CONSTRAINT "ai_turns_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "runners" (
    "id" UUID NOT NULL,
    "host" TEXT NOT NULL,
    "capacity" INTEGER NOT NULL,
    "draining" BOOLEAN NOT NULL DEFAULT false,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "runners_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bot_events" (
    "id" BIGSERIAL NOT NULL,
    "workspace_id" UUID NOT NULL,
    "bot_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "run_epoch" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "bot_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "id" BIGSERIAL NOT NULL,
    "workspace_id" UUID NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "details" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sandbox"."devices" (
    "workspace_id" UUID NOT NULL,
    "bot_id" TEXT NOT NULL,
    "ref" TEXT,
    "linked_at" TIMESTAMPTZ(3),
    "own_number" TEXT NOT NULL,

    CONSTRAINT "devices_pkey" PRIMARY KEY ("bot_id")
);

-- CreateTable
CREATE TABLE "sandbox"."chats" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "workspace_id" UUID NOT NULL,
    "bot_id" TEXT NOT NULL,
    "phone" TEXT NOT NULL,
    "name" TEXT,
    "lid" TEXT,
    "typing_until" TIMESTAMPTZ(3),

    CONSTRAINT "chats_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sandbox"."messages" (
    "id" BIGSERIAL NOT NULL,
    "workspace_id" UUID NOT NULL,
    "bot_id" TEXT NOT NULL,
    "chat_id" UUID NOT NULL,
    "wa_message_id" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ack" INTEGER NOT NULL DEFAULT 1,
    "reported_ack" INTEGER NOT NULL DEFAULT 0,
    "relayed_at" TIMESTAMPTZ(3),

    CONSTRAINT "messages_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE INDEX "bots_runner_id_idx" ON "bots"("runner_id");

-- CreateIndex
CREATE UNIQUE INDEX "bots_workspace_id_id_key" ON "bots"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "bot_features_bot_id_key" ON "bot_features"("bot_id");

-- CreateIndex
CREATE UNIQUE INDEX "bot_features_workspace_id_bot_id_key" ON "bot_features"("workspace_id", "bot_id");

-- CreateIndex
CREATE UNIQUE INDEX "schedules_workspace_id_id_key" ON "schedules"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "contacts_workspace_id_id_key" ON "contacts"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "contacts_workspace_id_lid_key" ON "contacts"("workspace_id", "lid");

-- CreateIndex
CREATE UNIQUE INDEX "contacts_workspace_id_phone_key" ON "contacts"("workspace_id", "phone");

-- CreateIndex
CREATE INDEX "chats_workspace_id_lead_id_idx" ON "chats"("workspace_id", "lead_id");

-- CreateIndex
CREATE UNIQUE INDEX "chats_workspace_id_id_key" ON "chats"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "chats_bot_id_jid_key" ON "chats"("bot_id", "jid");

-- CreateIndex
CREATE INDEX "leads_workspace_id_last_message_at_id_idx" ON "leads"("workspace_id", "last_message_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "leads_workspace_id_bot_id_idx" ON "leads"("workspace_id", "bot_id");

-- CreateIndex
CREATE INDEX "leads_workspace_id_contact_id_idx" ON "leads"("workspace_id", "contact_id");

-- CreateIndex
CREATE UNIQUE INDEX "leads_workspace_id_id_key" ON "leads"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "leads_bot_id_contact_id_key" ON "leads"("bot_id", "contact_id");

-- CreateIndex
CREATE INDEX "lead_messages_workspace_id_lead_id_idx" ON "lead_messages"("workspace_id", "lead_id");

-- CreateIndex
CREATE INDEX "lead_messages_workspace_id_turn_id_idx" ON "lead_messages"("workspace_id", "turn_id");

-- CreateIndex
CREATE UNIQUE INDEX "lead_messages_workspace_id_id_key" ON "lead_messages"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "lead_messages_lead_id_seq_key" ON "lead_messages"("lead_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "lead_messages_lead_id_client_id_key" ON "lead_messages"("lead_id", "client_id");

-- CreateIndex
CREATE UNIQUE INDEX "lead_messages_bot_id_wa_message_id_key" ON "lead_messages"("bot_id", "wa_message_id");

-- CreateIndex
CREATE INDEX "lead_fields_workspace_id_lead_id_idx" ON "lead_fields"("workspace_id", "lead_id");

-- CreateIndex
CREATE INDEX "lead_fields_workspace_id_message_id_idx" ON "lead_fields"("workspace_id", "message_id");

-- CreateIndex
CREATE UNIQUE INDEX "lead_fields_workspace_id_id_key" ON "lead_fields"("workspace_id", "id");

-- CreateIndex
CREATE INDEX "inbound_messages_chat_id_run_epoch_n_idx" ON "inbound_messages"("chat_id", "run_epoch", "n");

-- CreateIndex
CREATE INDEX "inbound_messages_workspace_id_lead_id_idx" ON "inbound_messages"("workspace_id", "lead_id");

-- CreateIndex
CREATE UNIQUE INDEX "inbound_messages_workspace_id_id_key" ON "inbound_messages"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "inbound_messages_bot_id_wa_message_id_key" ON "inbound_messages"("bot_id", "wa_message_id");

-- CreateIndex
CREATE INDEX "ai_turns_workspace_id_lead_id_idx" ON "ai_turns"("workspace_id", "lead_id");

-- CreateIndex
CREATE UNIQUE INDEX "ai_turns_workspace_id_id_key" ON "ai_turns"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ai_turns_lead_id_turn_no_key" ON "ai_turns"("lead_id", "turn_no");

-- CreateIndex
CREATE INDEX "bot_events_workspace_id_bot_id_at_idx" ON "bot_events"("workspace_id", "bot_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "bot_events_workspace_id_id_key" ON "bot_events"("workspace_id", "id");

-- CreateIndex
CREATE INDEX "audit_log_workspace_id_at_idx" ON "audit_log"("workspace_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "audit_log_workspace_id_id_key" ON "audit_log"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "devices_workspace_id_bot_id_key" ON "sandbox"."devices"("workspace_id", "bot_id");

-- CreateIndex
CREATE UNIQUE INDEX "chats_workspace_id_id_key" ON "sandbox"."chats"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "chats_bot_id_phone_key" ON "sandbox"."chats"("bot_id", "phone");

-- CreateIndex
CREATE INDEX "messages_chat_id_id_idx" ON "sandbox"."messages"("chat_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "messages_workspace_id_id_key" ON "sandbox"."messages"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "messages_bot_id_wa_message_id_key" ON "sandbox"."messages"("bot_id", "wa_message_id");

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sign_in_tokens" ADD CONSTRAINT "sign_in_tokens_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bots" ADD CONSTRAINT "bots_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bot_features" ADD CONSTRAINT "bot_features_workspace_id_bot_id_fkey" FOREIGN KEY ("workspace_id", "bot_id") REFERENCES "bots"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bot_prompts" ADD CONSTRAINT "bot_prompts_workspace_id_bot_id_fkey" FOREIGN KEY ("workspace_id", "bot_id") REFERENCES "bots"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "schedules" ADD CONSTRAINT "schedules_workspace_id_bot_id_fkey" FOREIGN KEY ("workspace_id", "bot_id") REFERENCES "bots"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chats" ADD CONSTRAINT "chats_workspace_id_bot_id_fkey" FOREIGN KEY ("workspace_id", "bot_id") REFERENCES "bots"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chats" ADD CONSTRAINT "chats_workspace_id_lead_id_fkey" FOREIGN KEY ("workspace_id", "lead_id") REFERENCES "leads"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "leads" ADD CONSTRAINT "leads_workspace_id_bot_id_fkey" FOREIGN KEY ("workspace_id", "bot_id") REFERENCES "bots"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "leads" ADD CONSTRAINT "leads_workspace_id_contact_id_fkey" FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contacts"("workspace_id", "id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead_messages" ADD CONSTRAINT "lead_messages_workspace_id_bot_id_fkey" FOREIGN KEY ("workspace_id", "bot_id") REFERENCES "bots"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead_messages" ADD CONSTRAINT "lead_messages_workspace_id_lead_id_fkey" FOREIGN KEY ("workspace_id", "lead_id") REFERENCES "leads"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead_messages" ADD CONSTRAINT "lead_messages_workspace_id_turn_id_fkey" FOREIGN KEY ("workspace_id", "turn_id") REFERENCES "ai_turns"("workspace_id", "id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead_fields" ADD CONSTRAINT "lead_fields_workspace_id_lead_id_fkey" FOREIGN KEY ("workspace_id", "lead_id") REFERENCES "leads"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead_fields" ADD CONSTRAINT "lead_fields_workspace_id_message_id_fkey" FOREIGN KEY ("workspace_id", "message_id") REFERENCES "lead_messages"("workspace_id", "id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "inbound_messages" ADD CONSTRAINT "inbound_messages_workspace_id_bot_id_fkey" FOREIGN KEY ("workspace_id", "bot_id") REFERENCES "bots"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "inbound_messages" ADD CONSTRAINT "inbound_messages_workspace_id_chat_id_fkey" FOREIGN KEY ("workspace_id", "chat_id") REFERENCES "chats"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "inbound_messages" ADD CONSTRAINT "inbound_messages_workspace_id_lead_id_fkey" FOREIGN KEY ("workspace_id", "lead_id") REFERENCES "leads"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_turns" ADD CONSTRAINT "ai_turns_workspace_id_lead_id_fkey" FOREIGN KEY ("workspace_id", "lead_id") REFERENCES "leads"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bot_events" ADD CONSTRAINT "bot_events_workspace_id_bot_id_fkey" FOREIGN KEY ("workspace_id", "bot_id") REFERENCES "bots"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_log" ADD CONSTRAINT "audit_log_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sandbox"."devices" ADD CONSTRAINT "devices_workspace_id_bot_id_fkey" FOREIGN KEY ("workspace_id", "bot_id") REFERENCES "bots"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sandbox"."chats" ADD CONSTRAINT "chats_workspace_id_bot_id_fkey" FOREIGN KEY ("workspace_id", "bot_id") REFERENCES "sandbox"."devices"("workspace_id", "bot_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sandbox"."messages" ADD CONSTRAINT "messages_workspace_id_bot_id_fkey" FOREIGN KEY ("workspace_id", "bot_id") REFERENCES "sandbox"."devices"("workspace_id", "bot_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sandbox"."messages" ADD CONSTRAINT "messages_workspace_id_chat_id_fkey" FOREIGN KEY ("workspace_id", "chat_id") REFERENCES "sandbox"."chats"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the rows say is due. Each of these small indexes answers one bell, one lane or one line of the sweep.
-- Their names begin with "due_", so that the drift check knows they are made by hand.
CREATE INDEX "due_inbound" ON "inbound_messages" ("chat_id", "run_epoch", "n") WHERE "filed_at" IS NULL AND "refused" IS NULL;
CREATE INDEX "due_replies" ON "leads" ("reply_due_at") WHERE "reply_due_at" IS NOT NULL;
CREATE INDEX "due_waiting" ON "leads" ("workspace_id", "waiting_since", "id") WHERE "waiting_since" IS NOT NULL;
CREATE INDEX "due_turns" ON "ai_turns" ("created_at") WHERE "delivered_at" IS NULL AND "refused" IS NULL;
CREATE INDEX "due_sends" ON "lead_messages" ("bot_id", "lead_id", "seq") WHERE "status" IN ('queued', 'sending');
CREATE INDEX "due_schedules" ON "schedules" ("scheduled_at") WHERE NOT "executed" AND "status" = 'pending';
CREATE INDEX "due_relays" ON "sandbox"."messages" ("bot_id", "id") WHERE "relayed_at" IS NULL;
CREATE INDEX "due_acks" ON "sandbox"."messages" ("bot_id", "id") WHERE "author" <> 'customer' AND "ack" > "reported_ack";
