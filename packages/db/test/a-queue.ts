import type { SendingBudget } from '@wbm/domain';
import { aNewBot, aWorkspace, freshDatabase, ownerQuery, say, storesAs } from '@wbm/testkit';
import { expect } from 'vitest';
import type { MaySend } from '../src/index.ts';

const REPLY_AGE_MS = 6 * 60 * 60_000;

/** A budget that is wide but for what is said. */
export const few = (over: Partial<SendingBudget>): SendingBudget => ({
  perMinute: 100,
  perDay: 1_000,
  unaskedPerDay: 100,
  ...over,
});

interface RunningBot {
  readonly workspaceId: string;
  readonly botId: string;
  readonly epoch: number;
}
export type Queue = Awaited<ReturnType<typeof aQueue>>;

/** A bot that runs, and people to whom something is queued: what a lane claims from. */
export async function aQueue() {
  const database = await freshDatabase();
  const { workspaceId, vendor } = await aWorkspace(database);
  const [gateway, runner, leadWorker] = await Promise.all([
    storesAs('gateway', database),
    storesAs('bot-runner', database, 10),
    storesAs('lead-worker', database),
  ]);
  const runnerId = crypto.randomUUID();
  await runner.fleet.beat(runnerId, 'here', 100, false, 600_000);
  const query = ownerQuery(database.ownerUrl);
  const stores = { gateway, runner, leadWorker };
  let people = 0;

  const queue = {
    ...stores,
    workspaceId,
    vendor,
    runnerId,
    query,
    sweeper: () => storesAs('scheduler', database),
    messages: runner.workspace(workspaceId).messages,
    shown: gateway.workspace(workspaceId).messages,
    leads: gateway.workspace(workspaceId).leads,
    async aBot() {
      const bot = await gateway.workspace(workspaceId).bots.create(aNewBot({ quietMs: 0 }));
      if (bot === 'id-taken') throw new Error('id taken');
      const held = (await runner.fleet.take(runnerId, 100)).find((one) => one.botId === bot.id);
      return { workspaceId, botId: bot.id, epoch: held?.runEpoch ?? -1 };
    },
    /** Somebody who wrote `hoursAgo`; null: a lead that never wrote. */
    async aLead(to: RunningBot, hoursAgo: number | null = 0) {
      people += 1;
      const phone = `+5511${900_000_000 + people}`;
      const { leadId, messageIds } = await say(stores, to, ['hello'], { phone });
      if (hoursAgo === null) await query('delete from lead_messages where id = $1', [messageIds[0]]);
      else {
        await query('update lead_messages set "timestamp" = now() - make_interval(hours => $2) where id = $1', [
          messageIds[0],
          hoursAgo,
        ]);
      }
      return { leadId, phone };
    },
    async queue(leadId: number, sender: 'bot' | 'vendor' = 'bot'): Promise<number> {
      const [row] = await query<{ id: number }>(
        `with l as (update leads set last_seq = last_seq + 1 where id = $1 returning *)
         insert into lead_messages (workspace_id, bot_id, lead_id, seq, sender, message, status, chat_jid, owner_version, correlation_id)
         select workspace_id, bot_id, id, last_seq, $2, 'x', 'queued', chat_jid, owner_version, 'cid' from l returning id`,
        [leadId, sender],
      );
      return row?.id ?? 0;
    },
    /** The same with a file that is stored. */
    async queueFile(leadId: number): Promise<number> {
      const id = await queue.queue(leadId, 'vendor');
      await query(
        `with f as (insert into media (workspace_id, kind, mime_type, size, state) values ($1, 'document', 'application/pdf', 5, 'stored') returning id)
         update lead_messages set media_id = f.id, type = 'document' from f where lead_messages.id = $2`,
        [workspaceId, id],
      );
      return id;
    },
    async row(id: number) {
      const [row] = await query<{
        status: string;
        status_reason: string | null;
        held: string | null;
        unasked: boolean;
        waits: number | null;
      }>(
        'select status, status_reason, held, unasked, extract(epoch from not_before - now())::float as waits from lead_messages where id = $1',
        [id],
      );
      if (row === undefined) throw new Error('no such message');
      return row;
    },
    /** As if everything that happened until now had happened that much earlier. */
    async later(botId: string, by: string) {
      await query(
        'update lead_messages set claimed_at = claimed_at - $2::interval, not_before = not_before - $2::interval where bot_id = $1',
        [botId, by],
      );
    },
    /** What a lane is offered. */
    async due(bot: RunningBot, budget: SendingBudget, may?: MaySend): Promise<number[]> {
      return (await queue.messages.nextSends(bot.botId, budget, may)).due.map(({ messageId }) => messageId);
    },
    claim: (bot: RunningBot, id: number, budget: SendingBudget) =>
      queue.messages.claim(id, bot.epoch, `wa-${id}`, REPLY_AGE_MS, budget),
    async send(bot: RunningBot, id: number, budget: SendingBudget) {
      expect(await queue.claim(bot, id, budget)).toBe('sending');
      expect(await queue.messages.mark(id, bot.epoch, 'sent')).toBe(true);
    },
    /** To so many people, one message each; answers the messages. */
    async queued(bot: RunningBot, count: number, hoursAgo: number | null = 0, sender: 'bot' | 'vendor' = 'bot') {
      const ids: number[] = [];
      for (let n = 0; n < count; n += 1) ids.push(await queue.queue((await queue.aLead(bot, hoursAgo)).leadId, sender));
      return ids;
    },
  };
  return queue;
}
