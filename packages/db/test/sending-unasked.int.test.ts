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

const HOUR = 60 * 60_000;

describe('the unasked', () => {
  test('go after every reply, however long they wait', async () => {
    const bot = await all.aBot();
    const [never = 0] = await queued(bot, 1, null);
    const [stale = 0] = await queued(bot, 1, 25, 'vendor');
    const [fresh = 0] = await queued(bot, 1, 23, 'vendor');
    const [reply = 0] = await queued(bot, 1);
    expect(await all.due(bot, few({}))).toEqual([fresh, reply, never, stale]);
    expect(await all.due(bot, few({ perMinute: 1 }))).toEqual([fresh]);
    for (const id of [never, stale, fresh, reply]) await send(bot, id, few({}));
    const rows = await Promise.all([never, stale, fresh, reply].map((id) => all.row(id)));
    expect(rows.map(({ unasked }) => unasked)).toEqual([true, true, false, false]);
  });

  test('have a smaller day, which holds up nobody who asked, and an answer frees them', async () => {
    const bot = await all.aBot();
    const budget = few({ unaskedPerDay: 1 });
    const [first = 0] = await queued(bot, 1, null);
    const cold = await all.aLead(bot, 30);
    const waiting = await all.queue(cold.leadId, 'vendor');
    const [reply = 0] = await queued(bot, 1);
    expect(await all.due(bot, budget)).toEqual([reply, first]);
    await send(bot, first, budget);
    const told = await all.messages.nextSends(bot.botId, budget);
    expect(told.due.map(({ messageId }) => messageId)).toEqual([reply]);
    expect(told).toMatchObject({ heldNow: 1, held: [{ messageId: waiting, leadId: cold.leadId }] });
    expect(told.heldForMs).toBeGreaterThan(23.9 * HOUR);
    expect(await claim(bot, waiting, budget)).toBe('held');
    expect(await all.row(waiting)).toMatchObject({
      held: 'unasked',
      status_reason: expect.stringMatching(/people who have not written lately/),
    });
    expect(await all.shown.sending(bot.botId)).toMatchObject({ unasked24h: 1, held: 1 });

    await all.query(`update lead_messages set "timestamp" = now() where lead_id = $1 and sender = 'customer'`, [
      cold.leadId,
    ]);
    expect(await all.due(bot, budget)).toEqual([waiting, reply]);
    await send(bot, waiting, budget);
  });

  test('that wait for tomorrow are not told anew each time a minute is used up', async () => {
    const bot = await all.aBot();
    const budget = few({ perMinute: 1, unaskedPerDay: 1 });
    const [first = 0, waiting = 0] = await queued(bot, 2, null, 'vendor');
    await send(bot, first, budget);
    await all.later(bot.botId, '61 seconds');
    expect(await all.messages.nextSends(bot.botId, budget)).toMatchObject({ due: [], heldNow: 1 });
    const [reply = 0] = await queued(bot, 1);
    await send(bot, reply, budget);
    expect(await all.messages.nextSends(bot.botId, budget)).toMatchObject({ due: [], heldNow: 0, held: [] });
    expect((await all.row(waiting)).held).toBe('unasked');
  });
});
