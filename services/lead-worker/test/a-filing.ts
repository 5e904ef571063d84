import { randomBytes } from 'node:crypto';
import type { RawMessage } from '@wbm/db';
import type { InboundPayload } from '@wbm/domain';
import { createLog, MetricsRegistry } from '@wbm/runtime';
import {
  aNewBot,
  aRawMessage,
  aWorkspace,
  freshDatabase,
  heldLock,
  type OwnerQuery,
  ownerQuery,
  storesAs,
  type TestDatabase,
} from '@wbm/testkit';
import { receiveMessages } from '../src/handlers/message-receive.ts';
import { deliverReply } from '../src/handlers/reply-deliver.ts';
import { leadMetrics } from '../src/lead-metrics.ts';
import type { Bells } from '../src/ports.ts';

export type MessageRow = {
  readonly id: number;
  readonly seq: number;
  readonly sender: string;
  readonly type: string;
  readonly message: string;
  readonly edited_at: Date | null;
  readonly revoked_at: Date | null;
  readonly reactions: Record<string, string>;
  readonly wa_message_id: string;
};

export type LeadRow = {
  readonly id: number;
  readonly email: string | null;
  readonly status: string;
  readonly owner: string;
  readonly version: number;
  readonly write_first: string | null;
  readonly reply_kind: string | null;
  readonly reply_due_at: Date | null;
  readonly last_seq: number;
  readonly last_in_seq: number;
  readonly answered_seq: number;
  readonly turn_until: Date | null;
};

type Change =
  | { readonly kind: 'edit' | 'decrypted'; readonly text: string }
  | { readonly kind: 'revoke' }
  | { readonly kind: 'reaction'; readonly emoji: string };

let order = 0;
let customers = 0;

/** The lead-worker's own handler on a real Postgres, its bells written down. Rows keep the order in which they are made. */
export async function aFilingRoom() {
  const database: TestDatabase = await freshDatabase();
  const { workspaceId } = await aWorkspace(database);
  const [gateway, runner, leadWorker, aiWorker] = await Promise.all([
    storesAs('gateway', database),
    storesAs('bot-runner', database),
    storesAs('lead-worker', database),
    storesAs('ai-worker', database),
  ]);
  const query: OwnerQuery = ownerQuery(database.ownerUrl);
  const told: { readonly id: string; readonly messageId?: number }[] = [];
  const rung: string[] = [];
  let nextNews: (() => void) | undefined;
  const bells: Bells = {
    send: async ({ id }) => rung.push(id) > 0,
    ring: async () => true,
    tell: async ({ id }, news) => {
      nextNews?.();
      nextNews = undefined;
      return told.push({ id, ...(news as object) }) > 0;
    },
  };
  const ports = {
    workspaces: leadWorker,
    bells,
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    log: createLog({ service: 'test', level: 'silent' }),
    metrics: leadMetrics(new MetricsRegistry('test')),
  };
  const handle = receiveMessages(ports);
  /** Files an answer; `meanwhile` happens after it was read and before it is filed. */
  const deliver = (turnId: number, meanwhile: () => Promise<void>) => {
    const stores = leadWorker.workspace(workspaceId);
    let once: (() => Promise<void>) | undefined = meanwhile;
    const gatherDelivery: typeof stores.turns.gatherDelivery = async (id) => {
      const gathered = await stores.turns.gatherDelivery(id);
      await once?.();
      once = undefined;
      return gathered;
    };
    const workspaces = { workspace: () => ({ ...stores, turns: { ...stores.turns, gatherDelivery } }) };
    return deliverReply({ ...ports, workspaces })({ workspaceId, turnId }, { signal: AbortSignal.timeout(60_000) });
  };
  const { inbound, messages: runnerMessages } = runner.workspace(workspaceId);

  async function aChat() {
    const bot = await gateway.workspace(workspaceId).bots.create(aNewBot({ quietMs: 0, maxWaitMs: 600_000 }));
    if (bot === 'id-taken') throw new Error('the bot’s id is taken');
    const botId = bot.id;
    customers += 1;
    const phone = `+55119${80_000_000 + customers}`;
    const prefix = randomBytes(4).toString('hex');
    const wa = (name: string) => `${prefix}-${name}`;

    const message = (name: string, text: string, more: Partial<Parameters<typeof aRawMessage>[0]> = {}): RawMessage => {
      order += 1;
      return aRawMessage({ text, phone, waMessageId: wa(name), n: order, ...more });
    };
    const placeholder = (name: string): RawMessage => {
      const raw = message(name, '');
      return { ...raw, payload: { ...(raw.payload as InboundPayload), type: 'undecrypted' } };
    };
    const change = (name: string, what: Change & { fromMe?: boolean }): RawMessage => {
      order += 1;
      const { payload, ...raw } = aRawMessage({ text: '', phone, n: order });
      const said = what.kind === 'decrypted' ? (payload as InboundPayload) : {};
      const at = new Date().toISOString();
      return {
        ...raw,
        waMessageId: `${what.kind}:${wa(name)}:${order}`,
        payload: { ...said, at, fromMe: false, target: wa(name), ...what },
      };
    };
    /** What a session does: rows are stored, in one go. */
    const hears = async (...rows: RawMessage[]) => (await inbound.receive(botId, 1, rows)).map(({ chatId }) => chatId);
    const file = (chatId: string, signal = AbortSignal.timeout(60_000)) =>
      handle({ workspaceId, botId, chatId }, { signal });
    const files = async (...rows: RawMessage[]) => {
      for (const chatId of await hears(...rows)) await file(chatId);
    };
    const lead = async (): Promise<LeadRow> => {
      const [row] = await query<LeadRow>('select * from leads where bot_id = $1', [botId]);
      if (row === undefined) throw new Error('there is no lead');
      return row;
    };
    const messages = () => query<MessageRow>('select * from lead_messages where bot_id = $1 order by seq', [botId]);
    const one = async (name: string) => {
      const row = (await messages()).find(({ wa_message_id: id }) => id === wa(name));
      if (row === undefined) throw new Error(`there is no ${name}`);
      return row;
    };
    const evidence = () =>
      query<{ name: string; value: string; quote: string | null; message_id: number }>(
        'select f.name, f.value, f.quote, f.message_id from lead_fields f join leads l on l.id = f.lead_id where l.bot_id = $1 order by f.id',
        [botId],
      );
    const turns = aiWorker.workspace(workspaceId).turns;
    const take = async () => {
      const { id } = await lead();
      const taken = await turns.take(id, 60_000);
      if (!taken.taken) throw new Error('no turn is due');
      return taken;
    };
    /** Takes the due turn and answers it: all that was written by now is read. With `fields` it has still to be delivered. */
    const answers = async (replies: readonly string[] = [], fields?: readonly object[]) => {
      const { id } = await lead();
      const { kind, uptoSeq, turnNo, ownerVersion } = await take();
      const cost = {
        promptVersion: 1,
        model: 'test',
        inputTokens: 1,
        outputTokens: 1,
        latencyMs: 1,
        correlationId: 'cid',
      };
      const answer = { replies, fields: fields ?? [], handoff: null };
      const stored = await turns.store(id, turnNo, 600_000, { answer, kind, uptoSeq, ownerVersion, ...cost });
      if (stored.outcome !== 'stored') throw new Error(stored.outcome);
      if (!fields) await query('update ai_turns set delivered_at = now() where id = $1', [stored.turnId]);
      return stored.turnId;
    };
    const acks = (told: Parameters<typeof runnerMessages.recordAcks>[1]) => runnerMessages.recordAcks(botId, told);
    const unfiled = () =>
      query('select id from inbound_messages where bot_id = $1 and filed_at is null and refused is null', [botId]);
    return {
      botId,
      phone,
      wa,
      message,
      placeholder,
      change,
      hears,
      file,
      files,
      lead,
      messages,
      one,
      evidence,
      turns,
      take,
      answers,
      acks,
      unfiled,
    };
  }
  const atNextNews = (then: () => void) => {
    nextNews = then;
  };
  /** Whoever does this to a message of the bot stops in the middle of it, its rows locked, until they are released. */
  async function stopsAt(event: string, botId: string) {
    await query(
      `create function stop_here() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(1); return new; end $$;
       create trigger stop_here ${event} on lead_messages for each row when (new.bot_id = '${botId}') execute function stop_here()`,
    );
    return heldLock(database.ownerUrl, 'select pg_advisory_xact_lock(1)');
  }
  return {
    query,
    stopsAt,
    workspaceId,
    leads: gateway.workspace(workspaceId).leads,
    inbound: leadWorker.workspace(workspaceId).inbound,
    deliver,
    told,
    rung,
    atNextNews,
    aChat,
  };
}
