import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { News, TheBook } from '@wbm/bus';
import { botWake, messageSend, sandboxWake } from '@wbm/contracts';
import { aBus, aStage, closeAfterwards, type RunningService, startHearing, startService, waitFor } from '@wbm/testkit';

type Env = Readonly<Record<string, string>>;

/** A lease that a busy machine keeps. Where a take-over is waited for, the test brings a shorter one. */
const USUAL: Env = { LEASE_MS: '20000', DATA_DIR: mkdtempSync(join(tmpdir(), 'wbm-test-runner-')) };
closeAfterwards('folder of the runners', () => rmSync(USUAL.DATA_DIR ?? '', { recursive: true, force: true }));

/** The simulated network and a person in front of it: what the gateway would do, without the gateway. */
export async function aNetwork(options: Parameters<typeof aStage>[0] = {}) {
  const stage = await aStage(options);
  const { workspaceId, bus, query } = stage;
  const gateway = stage.gateway.workspace(workspaceId);
  const bot = (botId: string) => gateway.bots.get(botId);

  const network = {
    stage,
    gateway,
    startRunner: (env: Env = {}): Promise<RunningService> =>
      startService('bot-runner', { ...stage.env, ...USUAL, ...env }),
    wake: (botId: string) => bus.ring(botWake, { workspaceId, botId }),
    /** What pages are told from now on; grows. */
    async news() {
      const told: News<TheBook>[] = [];
      const ear = aBus('gateway', stage.env.REDIS_URL ?? '', stage.env.REDIS_PREFIX ?? '');
      ear.onNews((one) => void told.push(one));
      await startHearing(ear);
      return told;
    },
    inState: (botId: string, state: string, timeoutMs = 60_000) =>
      waitFor(async () => ((await bot(botId))?.state === state ? bot(botId) : null), {
        what: `${botId} to be ${state}`,
        timeoutMs,
      }),
    /** In one step: an engine that starts just now shows a code of its own. */
    async link(botId: string): Promise<void> {
      await query('update sandbox.devices set linked_at = now(), ref = null where bot_id = $1', [botId]);
      await Promise.all([network.wake(botId), bus.ring(sandboxWake, { workspaceId, botId })]);
    },
    /** A new bot whose device is linked already. */
    async aLinkedBot(): Promise<string> {
      const botId = await stage.aBot();
      await network.link(botId);
      return botId;
    },
    async aReadyBot(): Promise<string> {
      const botId = await network.aLinkedBot();
      await network.inState(botId, 'ready');
      return botId;
    },
    async writes(botId: string, phone: string, texts: readonly string[]): Promise<string[]> {
      const ids: string[] = [];
      for (const text of texts) {
        const waMessageId = `wa-${randomBytes(8).toString('hex')}`;
        await gateway.sandbox.post(botId, { phone, waMessageId, author: 'customer', text });
        ids.push(waMessageId);
        await bus.ring(sandboxWake, { workspaceId, botId });
      }
      return ids;
    },
    /** The texts stored for a bot, by chat, in the order in which they will be filed. */
    async stored(botId: string): Promise<Map<string, string[]>> {
      const rows = await query<{ jid: string; text: string }>(
        `select c.jid, i.payload ->> 'text' as text from inbound_messages i join chats c on c.id = i.chat_id
          where i.bot_id = $1 order by i.run_epoch, i.n`,
        [botId],
      );
      const chats = new Map<string, string[]>();
      for (const { jid, text } of rows) chats.set(jid, [...(chats.get(jid) ?? []), text]);
      return chats;
    },
    /** A lead with that number, and one message to it that waits to be sent. */
    async queue(botId: string, phone: string, text: string, sender: 'bot' | 'vendor' = 'vendor'): Promise<number> {
      const [row] = await query<{ id: number }>(
        `with contact as (
           insert into contacts (workspace_id, phone) values ($1, $3)
           on conflict (workspace_id, phone) do update set push_name = null returning id
         ), lead as (
           insert into leads (workspace_id, bot_id, contact_id, whatsapp_number, chat_jid, last_seq)
           select $1, $2, id, $3, ltrim($3, '+') || '@c.us', 1 from contact
           on conflict (bot_id, contact_id) do update set last_seq = leads.last_seq + 1 returning *
         )
         insert into lead_messages (workspace_id, bot_id, lead_id, seq, sender, message, status, chat_jid, owner_version, correlation_id)
         select $1, $2, id, last_seq, $5, $4, 'queued', chat_jid, owner_version, 'cid-' || gen_random_uuid() from lead returning id`,
        [workspaceId, botId, phone, text, sender],
      );
      if (!row) throw new Error('nothing was queued');
      await bus.ring(messageSend, { workspaceId, botId });
      return row.id;
    },
    async messageStatus(id: number): Promise<string> {
      const [row] = await query<{ status: string }>('select status from lead_messages where id = $1', [id]);
      return row?.status ?? 'none';
    },
    async arrives(id: number, status = 'sent', timeoutMs = 60_000): Promise<void> {
      await waitFor(async () => (await network.messageStatus(id)) === status, {
        what: `message ${id} to be ${status}`,
        timeoutMs,
      });
    },
    /** What the customer's phone shows from the bot, oldest first. */
    async received(botId: string, phone: string): Promise<string[]> {
      const chat = await gateway.sandbox.chat(botId, phone);
      return (chat?.items ?? []).filter((item) => !item.fromMe).map((item) => item.text);
    },
    async epoch(botId: string): Promise<number> {
      const [row] = await query<{ run_epoch: number }>('select run_epoch from bots where id = $1', [botId]);
      return row?.run_epoch ?? -1;
    },
  };
  return network;
}
export type Network = Awaited<ReturnType<typeof aNetwork>>;

/** The child process that runs a bot's engine, as its runner last logged it. Throws when there was none. */
export function enginePid(runner: RunningService, botId: string): number {
  const line = runner.logs.findLast((one) => one.event === 'engine.started' && one.botId === botId);
  const pid = Number(line?.enginePid);
  // A pid of 0 or below would name a whole group of processes, or all there are.
  if (!Number.isSafeInteger(pid) || pid <= 1) throw new Error(`${botId} has no engine in this runner`);
  return pid;
}

/** A process that has ended counts as ended even while its stopped parent has not taken note. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)]);
  return /^[^Z]/.test(stdout.toString().trim());
}
