import { type RunningService, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { aNetwork, type Network } from './a-network.ts';
import { metricOf } from './metric-of.ts';

const BY = 'admin@bot.test';
const personOf = (n: number) => `+55119876500${String(n).padStart(2, '0')}`;

let net: Network;
beforeAll(async () => {
  net = await aNetwork();
});

async function allow(botId: string, perMinute: number | null, perDay: number | null = null) {
  const version = (await net.gateway.bots.get(botId))?.version ?? 0;
  const patch = { sendPerMinute: perMinute, sendPerDay: perDay };
  expect(await net.gateway.bots.update(botId, patch, version, BY)).toMatchObject(patch);
}
/** As if everything that happened until now had happened that much earlier. */
const earlier = (botId: string, by: string) =>
  net.stage.query(
    'update lead_messages set claimed_at = claimed_at - $2::interval, not_before = not_before - $2::interval where bot_id = $1',
    [botId, by],
  );
/** As if what counts for this minute were claimed in half a minute: however long a take-over takes, it counts then. */
const lately = (botId: string) =>
  net.stage.query(
    `update lead_messages set claimed_at = now() + interval '30 seconds' where bot_id = $1 and claimed_at > now() - interval '1 minute'`,
    [botId],
  );
const inStatus = async (botId: string, status: string) => {
  const rows = await net.stage.query<{ id: number }>(
    'select id from lead_messages where bot_id = $1 and status = $2 order by id',
    [botId, status],
  );
  return rows.map(({ id }) => id);
};
const sending = async (botId: string) => {
  const now = await net.gateway.messages.sending(botId);
  if (now === null) throw new Error('no such bot');
  return now;
};
const held = (botId: string, count: number) =>
  waitFor(async () => (await sending(botId)).held === count, { what: `${count} to be held` });
/** Ten messages in eight chats. */
async function tenMessages(botId: string) {
  const ids: number[] = [];
  for (let n = 0; n < 10; n += 1) ids.push(await net.queue(botId, personOf(n % 8), `${n}`, n < 4 ? 'bot' : 'vendor'));
  return ids;
}
describe('three a minute', () => {
  let runner: RunningService;
  let botId: string;

  test('three of ten leave, the others say why they wait, and leave when the window frees', async () => {
    runner = await net.startRunner({ LEASE_MS: '10000' });
    botId = await net.aReadyBot();
    await allow(botId, 3);
    await net.wake(botId);
    const news = await net.news();
    const ids = await tenMessages(botId);
    await held(botId, 7);
    // Which three is chance: a bot's message is claimed only after it was seen typing, a person's at once.
    await waitFor(async () => (await inStatus(botId, 'sent')).length === 3, { what: 'three to leave' });
    expect(await sending(botId)).toMatchObject({ lastMinute: 3, held: 7 });
    const waiting = await inStatus(botId, 'queued');
    const vendorMessage = ids.findLast((id) => waiting.includes(id)) ?? 0;
    expect(await net.gateway.messages.get([vendorMessage])).toMatchObject([
      { status: 'queued', statusReason: expect.stringMatching(/^The sending budget .* it goes out at \d\d:\d\d/) },
    ]);
    const told = () => news.some((one) => one.id === 'MESSAGE_STATUS' && one.news.messageId === vendorMessage);
    await waitFor(told, { what: 'pages to be told' });
    expect(await metricOf(runner, 'wbm_sends_held_total')).toBe(7);

    // The window frees in two seconds; nobody rings for it.
    await earlier(botId, '58 seconds');
    await net.wake(botId);
    await waitFor(async () => (await inStatus(botId, 'sent')).length === 6, { what: 'the next three' });
    await held(botId, 4);
    expect((await sending(botId)).lastMinute).toBeLessThanOrEqual(3);
  });

  test('the runner is killed: another one sends no more than that either, and nothing twice', async () => {
    await lately(botId);
    runner.kill('SIGKILL');
    await runner.exited;
    runner = await net.startRunner();
    await runner.waitForLog('bot.taken', (line) => line.botId === botId, 60_000);
    await net.inState(botId, 'ready');
    const more = await net.queue(botId, personOf(9), 'more');
    await waitFor(async () => (await net.gateway.messages.get([more]))[0]?.statusReason !== null, {
      what: 'it to be held',
    });
    expect(await sending(botId)).toMatchObject({ lastMinute: 3, held: 5 });
    await earlier(botId, '91 seconds');
    // Had the runner just reckoned when it may send again, it would look at it only then.
    await net.wake(botId);
    await waitFor(async () => (await inStatus(botId, 'sent')).length === 9, { what: 'the next three' });
    await held(botId, 2);
  });

  test('more is allowed: all of them leave at once, each once and in its order', async () => {
    await allow(botId, 60);
    await net.wake(botId);
    await waitFor(async () => (await inStatus(botId, 'sent')).length === 11, { what: 'the last ones' });
    expect(await sending(botId)).toMatchObject({ held: 0, heldUntil: null });
    const received = await Promise.all(Array.from({ length: 10 }, (_, n) => net.received(botId, personOf(n))));
    expect(received).toEqual([['0', '8'], ['1', '9'], ['2'], ['3'], ['4'], ['5'], ['6'], ['7'], [], ['more']]);
  });

  test('a bot that must wait keeps no other bot waiting', async () => {
    const other = await net.aReadyBot();
    // By the day: no machine is so slow that it frees meanwhile.
    await allow(botId, 60, (await sending(botId)).last24h + 1);
    await net.wake(botId);
    await net.queue(botId, personOf(1), 'a');
    await net.queue(botId, personOf(2), 'b');
    await held(botId, 1);
    const ids = await tenMessages(other);
    await waitFor(async () => (await inStatus(other, 'sent')).length === ids.length, { what: 'the other bot to send' });
    expect((await sending(botId)).held).toBe(1);
  });
});
