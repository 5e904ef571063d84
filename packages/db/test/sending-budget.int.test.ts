import type { SendingBudget } from '@wbm/domain';
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

describe('a minute', () => {
  test('of eight claims at once exactly those go that it has room for, and the others wait for it', async () => {
    const bot = await all.aBot();
    const budget = few({ perMinute: 3 });
    // Every claim takes a moment to be committed, so that they overlap.
    await all.query(
      `create function linger() returns trigger language plpgsql as $$ begin perform pg_sleep(0.03); return new; end $$;
       create trigger linger before update on lead_messages for each row
         when (old.bot_id = '${bot.botId}' and old.status = 'queued' and new.status = 'sending') execute function linger()`,
    );
    for (let round = 0; round < 5; round += 1) {
      const ids = await queued(bot, 8);
      const began = performance.now();
      const verdicts = await Promise.all(ids.map((id) => claim(bot, id, budget)));
      expect(verdicts.toSorted()).toEqual([...Array(5).fill('held'), ...Array(3).fill('sending')]);
      const held = ids.filter((_, index) => verdicts[index] === 'held');
      for (const id of held) {
        const { status, held: why, waits, status_reason } = await all.row(id);
        expect([status, why]).toEqual(['queued', 'minute']);
        expect(waits).toBeGreaterThan(59 - (performance.now() - began) / 1_000);
        expect(waits).toBeLessThanOrEqual(60);
        expect(status_reason).toMatch(
          /^The sending budget of this number is used up; it goes out at \d\d:\d\d( on \d+ \w+)? at the earliest\.$/,
        );
      }
      await all.later(bot.botId, '61 seconds');
      await all.query("update lead_messages set status = 'cancelled' where status = 'queued' and bot_id = $1", [
        bot.botId,
      ]);
      await all.query("update lead_messages set status = 'sent' where status = 'sending' and bot_id = $1", [bot.botId]);
    }
  });

  test('is not given out twice by a run and the one after it', async () => {
    const bot = await all.aBot();
    const budget = few({ perMinute: 3 });
    const ids = await queued(bot, 8);
    const claims = ids.map((id) => claim(bot, id, budget));
    await all.query('update bots set run_epoch = run_epoch + 1 where id = $1', [bot.botId]);
    const next = { ...bot, epoch: bot.epoch + 1 };
    const verdicts = [...(await Promise.all(claims)), ...(await Promise.all(ids.map((id) => claim(next, id, budget))))];
    expect(verdicts.filter((verdict) => verdict === 'sending')).toHaveLength(3);
    const [{ n } = { n: -1 }] = await all.query<{ n: number }>(
      'select count(*)::int as n from lead_messages where bot_id = $1 and claimed_at is not null',
      [bot.botId],
    );
    expect(n).toBe(3);
  });

  test('the lane is given as many as there is room for; what waits is told once, and goes when the window frees', async () => {
    const bot = await all.aBot();
    const budget = few({ perMinute: 2 });
    const [first = 0, second = 0, ...rest] = await queued(bot, 5, 0, 'vendor');
    expect(await all.due(bot, budget)).toEqual([first, second]);
    const began = performance.now();
    await send(bot, first, budget);
    await all.later(bot.botId, '20 seconds');
    await send(bot, second, budget);

    const told = await all.messages.nextSends(bot.botId, budget);
    expect(told).toMatchObject({ due: [], heldNow: 3 });
    expect(told.held.map(({ messageId }) => messageId).toSorted()).toEqual(rest);
    expect(told.heldForMs).toBeGreaterThan(39_000 - (performance.now() - began));
    expect(told.heldForMs).toBeLessThanOrEqual(40_000);
    expect(await all.messages.nextSends(bot.botId, budget)).toMatchObject({ due: [], heldNow: 0, held: [] });
    expect(await all.shown.sending(bot.botId)).toMatchObject({ lastMinute: 2, last24h: 2, held: 3 });

    await all.query("update lead_messages set claimed_at = claimed_at - interval '41 seconds' where id = $1", [first]);
    expect(await all.due(bot, budget)).toEqual([rest[0]]);
    await send(bot, rest[0] ?? 0, budget);
    expect(await all.row(rest[0] ?? 0)).toMatchObject({ status: 'sent', status_reason: null, held: null });
    expect(await all.messages.nextSends(bot.botId, budget)).toMatchObject({ due: [], heldNow: 0 });
  });

  test('what was claimed and surely never left takes no room; what nobody knows does', async () => {
    const bot = await all.aBot();
    const budget = few({ perMinute: 1 });
    const [back = 0, next = 0, last = 0] = await queued(bot, 3);
    expect(await claim(bot, back, budget)).toBe('sending');
    await all.messages.mark(back, bot.epoch, 'queued', { retryMs: 60_000 });
    expect(await all.due(bot, budget)).toEqual([next]);
    expect(await claim(bot, next, budget)).toBe('sending');
    await all.messages.mark(next, bot.epoch, 'unconfirmed');
    expect(await claim(bot, last, budget)).toBe('held');
    // The one that waits for its own retry waits for that.
    expect((await all.row(back)).held).toBeNull();
  });

  test('a claim that is refused takes none either', async () => {
    const bot = await all.aBot();
    const budget = few({ perMinute: 1 });
    const [old = 0, next = 0] = await queued(bot, 2);
    await all.query(`update lead_messages set "timestamp" = now() - interval '7 hours' where id = $1`, [old]);
    expect(await claim(bot, old, budget)).toBe('cancelled');
    expect(await claim(bot, next, budget)).toBe('sending');
  });

  test('a reply that was held and became too old is cancelled when its turn comes', async () => {
    const bot = await all.aBot();
    const budget = few({ perMinute: 1 });
    const [sent = 0, held = 0] = await queued(bot, 2);
    await send(bot, sent, budget);
    expect(await claim(bot, held, budget)).toBe('held');
    await all.later(bot.botId, '7 hours');
    await all.query(`update lead_messages set "timestamp" = now() - interval '7 hours' where id = $1`, [held]);
    expect(await all.due(bot, budget)).toEqual([held]);
    expect(await claim(bot, held, budget)).toBe('cancelled');
    expect(await all.row(held)).toMatchObject({ status_reason: 'It waited too long to be sent.', held: null });
  });

  test('the customer whom such a reply leaves without an answer waits for a person; one whom another follows does not', async () => {
    const bot = await all.aBot();
    const { leadId } = await all.aLead(bot);
    const [first, second] = [await all.queue(leadId), await all.queue(leadId)];
    const waits = async () => (await all.leads.get(leadId))?.waitingReason;
    await all.query(`update lead_messages set "timestamp" = now() - interval '7 hours' where id = any($1)`, [
      [first, second],
    ]);
    expect(await claim(bot, first, few({}))).toBe('cancelled');
    expect(await waits()).toBeNull();
    expect(await claim(bot, second, few({}))).toBe('cancelled');
    expect(await waits()).toBe('message');
  });

  test('a takeover cancels what the budget held', async () => {
    const bot = await all.aBot();
    const budget = few({ perMinute: 1 });
    const [sent = 0] = await queued(bot, 1);
    await send(bot, sent, budget);
    const { leadId } = await all.aLead(bot);
    const held = await all.queue(leadId);
    expect(await claim(bot, held, budget)).toBe('held');
    expect(await all.leads.takeOver(leadId, all.vendor, { force: false })).toMatchObject({ cancelled: [held] });
    expect((await all.shown.sending(bot.botId))?.held).toBe(0);
  });
});

describe('a day', () => {
  test('is a window of its own, and says when it frees in the bot’s own time', async () => {
    const bot = await all.aBot();
    await all.query("update bots set time_zone = 'Pacific/Kiritimati' where id = $1", [bot.botId]);
    const budget = few({ perMinute: 100, perDay: 2 });
    const [one = 0, two = 0, three = 0] = await queued(bot, 3, 0, 'vendor');
    await send(bot, one, budget);
    await all.later(bot.botId, '2 hours');
    await send(bot, two, budget);
    expect(await claim(bot, three, budget)).toBe('held');
    const { held, waits, status_reason } = await all.row(three);
    expect(held).toBe('day');
    expect(Math.round((waits ?? 0) / 3_600)).toBe(22);
    const [due] = await all.query<{ not_before: Date }>('select not_before from lead_messages where id = $1', [three]);
    const says = new Date((due?.not_before.getTime() ?? 0) + 59_000).toLocaleTimeString('en-GB', {
      hour: '2-digit',
      minute: '2-digit',
      timeZone: 'Pacific/Kiritimati',
    });
    expect(status_reason).toContain(`it goes out at ${says} `);
    await all.later(bot.botId, '22 hours 1 second');
    expect(await all.due(bot, budget)).toEqual([three]);
  });

  test('what waits is written and told again when the minute changes that it shows, and not before', async () => {
    const bot = await all.aBot();
    const budget = few({ perDay: 1 });
    const [sent = 0, waiting = 0] = await queued(bot, 2, 0, 'vendor');
    await send(bot, sent, budget);
    // One minute for all of it, or the test would fail whenever another begins.
    const minuteMs = Math.floor(Date.now() / 60_000) * 60_000 - 2 * HOUR;
    const sentAt = (second: number) =>
      all.query('update lead_messages set claimed_at = $2 where id = $1', [sent, new Date(minuteMs + second * 1_000)]);
    const told = async () => (await all.messages.nextSends(bot.botId, budget)).held;
    await sentAt(10);
    expect(await told()).toHaveLength(1);
    const until = () => all.query('select not_before from lead_messages where id = $1', [waiting]);
    const toldFirst = await until();
    await sentAt(40);
    expect(await told()).toEqual([]);
    expect(await until()).toEqual(toldFirst);
    await sentAt(70);
    expect(await told()).toHaveLength(1);
  });

  test.each(['+05:30', 'Mars/Olympus_Mons'])(
    'a time zone that Postgres does not know (%s) holds nothing up',
    async (zone) => {
      const bot = await all.aBot();
      await all.query('update bots set time_zone = $2 where id = $1', [bot.botId, zone]);
      const [one = 0, two = 0] = await queued(bot, 2);
      await send(bot, one, few({ perDay: 1 }));
      expect(await claim(bot, two, few({ perDay: 1 }))).toBe('held');
      expect(await all.messages.nextSends(bot.botId, few({ perDay: 1 }))).toMatchObject({ due: [] });
      expect((await all.row(two)).status_reason).toMatch(/it goes out at \d\d:\d\d( on \d+ \w+)? UTC at the earliest/);
    },
  );

  test('more may be allowed at any time', async () => {
    const bot = await all.aBot();
    const [one = 0, two = 0] = await queued(bot, 2);
    await send(bot, one, few({ perDay: 1 }));
    expect(await claim(bot, two, few({ perDay: 1 }))).toBe('held');
    expect(await all.due(bot, few({ perDay: 2 }))).toEqual([two]);
    await send(bot, two, few({ perDay: 2 }));
  });
});

test('of one chat nothing overtakes what the budget holds', async () => {
  const bot = await all.aBot();
  const budget = few({ perMinute: 1 });
  const { leadId } = await all.aLead(bot);
  const [one, two, three] = [await all.queue(leadId), await all.queue(leadId), await all.queue(leadId)];
  await send(bot, one, budget);
  expect(await all.messages.nextSends(bot.botId, budget)).toMatchObject({ due: [], heldNow: 2 });
  await all.later(bot.botId, '1 minute');
  expect(await all.due(bot, few({}))).toEqual([two]);
  await send(bot, two, few({}));
  expect(await all.due(bot, few({}))).toEqual([three]);
});

test('while the bot has to be silent, its replies do not keep a person’s message waiting', async () => {
  const bot = await all.aBot();
  const budget = few({ perMinute: 1 });
  await queued(bot, 2);
  const [written = 0] = await queued(bot, 1, 0, 'vendor');
  const silent = await all.messages.nextSends(bot.botId, budget, { mayAnswer: false });
  expect(silent).toMatchObject({ due: [{ messageId: written }], heldNow: 0 });
});

test('without limits nothing is counted and nothing is held', async () => {
  const bot = await all.aBot();
  const none: SendingBudget = { perMinute: null, perDay: null, unaskedPerDay: null };
  const ids = await queued(bot, 12, null);
  expect(await all.due(bot, none)).toEqual(ids);
  expect(await Promise.all(ids.map((id) => claim(bot, id, none)))).toEqual(Array(12).fill('sending'));
});
