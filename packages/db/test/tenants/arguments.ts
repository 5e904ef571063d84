import type { SqlFunction } from './catalogue.ts';
import type { Tenant } from './two-workspaces.ts';

type Value = string | number | boolean | readonly string[] | null;

/** Where a function means something else by a name, or needs the row to be in a certain state. */
const special: Readonly<Record<string, (of: Tenant) => Readonly<Record<string, Value>>>> = {
  give_back_turn: (of) => ({ p_lead: of.busyLeadId, p_turn: of.busyTurnNo }),
  renew_turn: (of) => ({ p_lead: of.busyLeadId, p_turn: of.busyTurnNo }),
  store_answer: (of) => ({ p_lead: of.busyLeadId, p_turn: of.busyTurnNo }),
  call_person: (of) => ({ p_messages: [String(of.queuedId)] }),
  claim_send: (of) => ({ p_message: of.queuedId }),
  hold_sends: () => ({ p_why: 'minute' }),
  silence_bot: (of) => ({ p_lead: of.busyLeadId }),
  mark_send: (of) => ({ p_message: of.sendingId, p_outcome: 'sent' }),
  media_fetched: () => ({ p_outcome: 'stored' }),
  begin_removal: (of) => ({ p_media: of.uploadId }),
  end_removal: (of) => ({ p_media: of.uploadId }),
  with_missed_changes: (of) => ({
    p_rows: JSON.stringify([
      {
        waMessageId: of.writtenWaId,
        n: 1_000_000,
        payload: { kind: 'message', type: 'text', text: 'x', fromMe: false },
      },
    ]),
  }),
  stranded_sends: (of) => ({ p_epoch: of.epoch + 1 }),
};

/** One argument for every parameter of every function, naming rows of `of`. A new parameter has to be taught here. */
const meaning: Readonly<Record<string, (of: Tenant) => Value>> = {
  p_bot: (of) => of.botId,
  p_epoch: (of) => of.epoch,
  p_lead: (of) => of.leadId,
  p_chat: (of) => of.chatId,
  p_turn: (of) => of.turnId,
  p_message: (of) => of.queuedId,
  p_inbound: (of) => of.inboundId,
  p_lid: () => null,
  p_phone: (of) => of.phone,
  p_push_name: () => null,
  p_wa_id: () => 'wa-new',
  p_reason: () => 'a reason',
  p_outcome: () => 'sent',
  p_kind: () => 'reply',
  p_due: () => 'reply',
  p_upto: () => 1,
  p_limit: () => 10,
  p_lease_ms: () => 1_000,
  p_quiet_ms: () => 0,
  p_max_wait_ms: () => 1_000,
  p_retry_ms: () => 0,
  p_reply_age_ms: () => 600_000,
  p_may_answer: () => true,
  p_files: () => 1,
  p_per_minute: () => 60,
  p_per_day: () => 1_000,
  p_unasked_per_day: () => 100,
  p_why: () => null,
  p_leads: () => null,
  p_until: () => '2026-01-01T00:00:00Z',
  p_at: () => '2026-01-01T00:00:00Z',
  p_zone: () => 'UTC',
  p_older_ms: () => 0,
  p_grace_ms: () => 0,
  p_failed: () => true,
  p_waiting_reason: () => null,
  p_expected_lead: () => null,
  p_expected_version: () => 2,
  p_assignee: () => 'vera@elsewhere.test',
  p_author: () => 'vera@elsewhere.test',
  p_by: () => 'vera@elsewhere.test',
  p_force: () => true,
  p_text: () => 'text',
  p_client_id: () => 'client',
  p_correlation: () => 'cid',
  p_media: (of) => of.mediaId,
  p_mime_type: () => 'image/png',
  p_snapshot: (of) => of.snapshotId,
  p_size: () => 1,
  p_name: () => 'a-name',
  p_most_files: () => 10,
  p_most_bytes: () => 1_000,
  p_keep_ms: () => 1_000,
  p_every_ms: () => 1_000,
  p_runner: () => '00000000-0000-4000-8000-000000000001',
  p_kinds: () => ['browser', 'simulated', 'erase', 'disabled'],
  p_host: () => 'elsewhere',
  p_capacity: () => 10,
  p_draining: () => false,
  p_bots: (of) => [of.botId],
  p_hash: () => 'unknown',
  p_contact: (of) => JSON.stringify({ lid: null, phone: of.phone, pushName: null }),
  p_rows: (of) =>
    JSON.stringify([
      {
        jid: `${of.phone.slice(1)}@c.us`,
        waMessageId: 'wa-x',
        n: 1,
        payload: {},
        history: false,
        correlationId: 'cid',
      },
    ]),
  p_messages: (of) =>
    JSON.stringify([
      {
        inboundId: of.inboundId,
        waMessageId: 'wa-y',
        sender: 'customer',
        type: 'text',
        text: 'y',
        at: '2026-01-01T00:00:00Z',
        history: false,
        correlationId: 'cid',
      },
    ]),
  p_facts: () => JSON.stringify({ fields: [], values: {}, status: null, waitingReason: null }),
  p_replies: () => JSON.stringify([{ text: 'reply' }]),
  p_answer: () =>
    JSON.stringify({
      answer: {},
      kind: 'reply',
      uptoSeq: 1,
      ownerVersion: 1,
      model: 'test',
      latencyMs: 1,
      correlationId: 'cid',
    }),
  p_acks: (of) => JSON.stringify([{ waMessageId: of.sendingWaId, ack: 2 }]),
  p_capabilities: () => JSON.stringify({ state: { available: false, reason: 'reached' } }),
  p_text_fault: () => 'reached',
  p_picture_fault: () => null,
  p_patch: () => JSON.stringify({ state: 'failed', reason: 'reached' }),
};

/** A row of a table as argument: the first one that names this tenant. */
const rowOf: Readonly<Record<string, (of: Tenant) => string>> = {
  bots: (of) => `(select t from bots t where t.id = '${of.botId}')`,
  bot_features: (of) => `(select t from bot_features t where t.bot_id = '${of.botId}')`,
  leads: (of) => `(select t from leads t where t.id = ${of.leadId})`,
  lead_messages: (of) => `(select t from lead_messages t where t.id = ${of.queuedId})`,
  media: (of) => `(select t from media t where t.id = '${of.mediaId}')`,
};

/** SQL that calls `fn` in `workspaceId` with arguments naming rows of `of`, and its values. */
export function callOf(fn: SqlFunction, workspaceId: string, of: Tenant): { sql: string; values: unknown[] } {
  const values: unknown[] = [];
  const own = special[fn.name]?.(of) ?? {};
  const args = fn.parameters.map(({ name, type }) => {
    const row = rowOf[type];
    if (row !== undefined) return row(of);
    const value = name === 'p_workspace' ? workspaceId : name in own ? own[name] : meaning[name]?.(of);
    if (value === undefined) throw new Error(`teach the tenant test what ${name} of app.${fn.name} is`);
    values.push(value);
    return `$${values.length}::${type}`;
  });
  return { sql: `select to_jsonb(r)::text as answer from app.${fn.name}(${args.join(', ')}) r`, values };
}
