import { waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { aQueue, few, type Queue } from './a-queue.ts';

let all: Queue;
let claim: Queue['claim'];
let send: Queue['send'];
let queued: Queue['queued'];
beforeAll(async () => {
  all = await aQueue();
  ({ claim, send, queued } = all);
});

test('nobody looks for a message before its time, and everybody when it has come', async () => {
  const bot = await all.aBot();
  const budget = few({ perMinute: 1 });
  const [sent = 0, held = 0] = await queued(bot, 2);
  await send(bot, sent, budget);
  expect(await claim(bot, held, budget)).toBe('held');
  const scheduler = await all.sweeper();
  const rung = async () =>
    (await scheduler.sweep.due(0, 1_000)).filter((due) => due.botId === bot.botId && due.command === 'message.send');
  const work = async () => (await all.runner.fleet.work(all.runnerId)).filter(({ botId }) => botId === bot.botId);
  expect([await rung(), await work()]).toEqual([[], []]);
  await all.query('update lead_messages set not_before = now() where id = $1', [held]);
  await waitFor(async () => (await rung()).length > 0, { what: 'the bell' });
  expect(await work()).toMatchObject([{ work: 'send' }]);
});

describe('files', () => {
  const queuedFiles = async (bot: Awaited<ReturnType<typeof all.aBot>>, count: number, hoursAgo: number) => {
    const ids: number[] = [];
    for (let n = 0; n < count; n += 1) ids.push(await all.queueFile((await all.aLead(bot, hoursAgo)).leadId));
    return ids;
  };

  test('that cannot leave yet keep no text waiting, however many they are', async () => {
    const bot = await all.aBot();
    const budget = few({ perMinute: 8 });
    const [first = 0, second = 0] = await queuedFiles(bot, 10, 0);
    const replies = await queued(bot, 3);
    expect(await all.due(bot, budget, { files: 1 })).toEqual([first, ...replies]);
    expect(await all.due(bot, budget, { files: 0 })).toEqual(replies);
    expect(await all.due(bot, budget, { files: 2 })).toEqual([first, second, ...replies]);
    await send(bot, first, budget);
    expect(await all.due(bot, budget, { files: 1 })).toEqual([second, ...replies]);
  });

  test('of which one cannot be had let the next ones go first', async () => {
    const bot = await all.aBot();
    const budget = few({ perMinute: 8 });
    const [unreadable = 0, next = 0] = await queuedFiles(bot, 2, 0);
    const { putOff } = all.runner.workspace(all.workspaceId).messages;
    expect(await putOff(unreadable, 60_000)).toBe(true);
    expect(await all.due(bot, budget, { files: 1 })).toEqual([next]);
    expect(await putOff(unreadable, 0)).toBe(true);
    expect(await all.due(bot, budget, { files: 1 })).toEqual([unreadable]);
    await send(bot, unreadable, budget);
    expect(await putOff(unreadable, 0)).toBe(false);
  });

  test('to people who did not ask take not their day from the texts either, and go after those to people who did', async () => {
    const bot = await all.aBot();
    const budget = few({ unaskedPerDay: 2 });
    const [cold = 0] = await queuedFiles(bot, 3, 30);
    const [text = 0] = await queued(bot, 1, 30, 'vendor');
    expect(await all.due(bot, budget, { files: 1 })).toEqual([cold, text]);
    expect(await all.due(bot, budget, { files: 0 })).toEqual([text]);
    const [asked = 0] = await queuedFiles(bot, 1, 0);
    expect(await all.due(bot, budget, { files: 1 })).toEqual([asked, text]);
  });

  test('wait for the budget like everything else, and are told so, also while none may leave', async () => {
    const bot = await all.aBot();
    const budget = few({ perMinute: 1 });
    const [sent = 0] = await queued(bot, 1);
    await send(bot, sent, budget);
    const waiting = await queuedFiles(bot, 2, 0);
    const told = await all.messages.nextSends(bot.botId, budget, { files: 0 });
    expect(told).toMatchObject({ due: [], heldNow: 2, heldForMs: expect.any(Number) });
    expect(told.held.map(({ messageId }) => messageId).toSorted()).toEqual(waiting);
  });
});

test('takeovers, claims, acks and the telling of what waits wait for each other, and never for ever; whatever leaves is named', async () => {
  const bot = await all.aBot();
  const leads: number[] = [];
  for (let n = 0; n < 40; n += 1) leads.push((await all.aLead(bot)).leadId);
  const budget = few({ perMinute: 25 });
  const named = new Map<number, readonly number[]>();
  const race = async (leadId: number) => {
    const ids = [await all.queue(leadId), await all.queue(leadId)];
    await Promise.all([
      ...ids.map((id) => claim(bot, id, budget)),
      all.messages.nextSends(bot.botId, budget),
      all.messages.recordAcks(
        bot.botId,
        [...named.values()].flat().map((id) => ({ waMessageId: `wa-${id}`, ack: 1 })),
      ),
      all.leads.takeOver(leadId, all.vendor, { force: false }).then((taken) => {
        if (taken.outcome === 'taken') named.set(leadId, taken.leaving);
      }),
    ]);
  };
  // Eight at once are crowd enough for a pool of ten; of forty the last would be given up on a slow machine.
  for (let n = 0; n < leads.length; n += 8) await Promise.all(leads.slice(n, n + 8).map(race));
  const claimed = await all.query<{ id: number; lead_id: number }>(
    'select id, lead_id from lead_messages where bot_id = $1 and claimed_at is not null',
    [bot.botId],
  );
  expect(claimed.length).toBeGreaterThan(0);
  expect(claimed.length).toBeLessThanOrEqual(25);
  for (const { id, lead_id } of claimed) expect(named.get(lead_id)).toContain(id);
  const left = await all.query("select id from lead_messages where bot_id = $1 and status = 'queued'", [bot.botId]);
  expect(left).toEqual([]);
});
