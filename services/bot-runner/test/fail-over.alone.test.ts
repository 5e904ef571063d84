import { type RunningService, waitFor } from '@wbm/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { aNetwork, enginePid, isAlive, type Network } from './a-network.ts';

const ANA = '+5511987650001';
const BEA = '+5511987650002';
/** No longer than a take-over is worth waiting for, and long enough that a busy machine keeps it. */
const LEASE_MS = 10_000;
/** Of what is waited for beyond a lease. */
const MORE_MS = 30_000;
let net: Network;
beforeEach(async () => {
  net = await aNetwork();
});

/** A runner that has this many ready bots, and a second one that came later and has none. */
async function twoRunners(bots: number, leaseMs: number) {
  const env = { LEASE_MS: String(leaseMs) };
  const first = await net.startRunner(env);
  const botIds = await Promise.all(Array.from({ length: bots }, () => net.aReadyBot()));
  const second = await net.startRunner(env);
  return { first, second, botIds };
}

const readyAt = (runner: RunningService, botId: string, timeoutMs: number) =>
  runner.waitForLog('bot.state', (line) => line.botId === botId && line.state === 'ready', timeoutMs);

/**
 * The messages that this runner's engines gave to the network, each as often as they did; or those it refused them. What a
 * phone shows is no witness: the network takes the same id but once.
 */
const given = (runner: RunningService, event: 'sandbox.delivery' | 'sandbox.delivery-refused' = 'sandbox.delivery') =>
  runner.logs.filter((line) => line.event === event).map(({ waMessageId }) => waMessageId);
const refused = (runner: RunningService) => given(runner, 'sandbox.delivery-refused');

describe('a runner', () => {
  test('that is killed takes its engines with it, and the next one has its bots soon after the lease has run out', async () => {
    const leaseMs = 20_000;
    const { first, second, botIds } = await twoRunners(3, leaseMs);
    const pids = botIds.map((botId) => enginePid(first, botId));
    expect(pids.every(isAlive)).toBe(true);
    const killedAt = performance.now();
    first.kill('SIGKILL');
    // Sooner than by their own lease.
    await waitFor(() => !pids.some(isAlive), { what: 'the engines to end', timeoutMs: leaseMs / 2 });
    await Promise.all(botIds.map((botId) => readyAt(second, botId, leaseMs + MORE_MS)));
    expect(performance.now() - killedAt).toBeLessThan(leaseMs + MORE_MS);
    const id = await net.queue(botIds[0] ?? '', ANA, 'still here');
    await net.arrives(id);
    await second.stop();
  });

  test('that is asked to stop hands its bots over at once, and nobody waits for its lease to run out', async () => {
    const { first, second, botIds } = await twoRunners(3, 60_000);
    await second.waitForLog('runner.hears-bells');
    first.kill('SIGTERM');
    await Promise.all(botIds.map((botId) => readyAt(second, botId, MORE_MS)));
    expect(await first.exited).toEqual({ code: 0, signal: null });
    expect(await net.stage.query('select id from runners')).toHaveLength(1);
    await second.stop();
  });

  test('that stands still longer than its lease does no harm when it goes on', async () => {
    const { first, second, botIds } = await twoRunners(1, LEASE_MS);
    const botId = botIds[0] ?? '';
    await net.writes(botId, ANA, ['hello']);
    const pid = enginePid(first, botId);
    // Typing takes seconds for each, so the runner stands still between a bell and a claim.
    const texts = Array.from({ length: 5 }, (_, n) => `${n}`.repeat(200));
    const ids: number[] = [];
    for (const text of texts) ids.push(await net.queue(botId, ANA, text, 'bot'));
    await waitFor(async () => (await net.gateway.sandbox.chat(botId, ANA))?.typing, { what: 'typing' });
    first.pause();
    await waitFor(() => !isAlive(pid), { what: 'the engine to end by its own lease' });
    await readyAt(second, botId, LEASE_MS + MORE_MS);
    for (const id of ids) await net.arrives(id);
    const before = given(first);
    expect(before.length).toBeLessThan(texts.length);
    first.resume();
    await first.waitForLog('bot.lost', (line) => line.botId === botId);
    const next = await net.queue(botId, ANA, 'after');
    await net.arrives(next);
    expect(await net.received(botId, ANA)).toEqual([...texts, 'after']);
    expect([given(first), refused(first)]).toEqual([before, []]);
    const all = [...before, ...given(second)];
    expect([new Set(all).size, all.length]).toEqual([texts.length + 1, texts.length + 1]);
    expect(enginePid(first, botId)).toBe(pid);
    await Promise.all([first.stop(), second.stop()]);
  });

  test('takes no more than it may, and another one takes the rest', async () => {
    const small = await net.startRunner({ RUNNER_CAPACITY: '1' });
    const botIds = [await net.aReadyBot(), await net.aLinkedBot()];
    expect(await net.epoch(botIds[1] ?? '')).toBe(0);
    const second = await net.startRunner();
    await net.inState(botIds[1] ?? '', 'ready');
    expect(() => enginePid(small, botIds[1] ?? '')).toThrow();
    await Promise.all([small.stop(), second.stop()]);
  });
});

describe('an engine with a message that it was to send', () => {
  /** It stands still from before it hears of the message; the message is claimed, and given to it. */
  async function aClaimedSend(leaseMs: number) {
    const { first, second, botIds } = await twoRunners(1, leaseMs);
    const botId = botIds[0] ?? '';
    await net.writes(botId, ANA, ['hello']);
    const pid = enginePid(first, botId);
    process.kill(pid, 'SIGSTOP');
    const id = await net.queue(botId, ANA, 'once');
    await net.arrives(id, 'sending');
    // Claiming comes before giving, and nobody sees that: but a runner that has claimed a later one did it meanwhile.
    const later = await net.queue(botId, BEA, 'later');
    await net.arrives(later, 'sending');
    const [row] = await net.stage.query<{ wa: string }>('select wa_message_id as wa from lead_messages where id = $1', [
      id,
    ]);
    return { first, second, botId, pid, ids: [id, later], wa: row?.wa };
  }

  test('sends nothing once its lease has run out, even while its runner believes to hold it', async () => {
    // The runner's own clock cannot be made to lie, so this one is stopped at the worst moment: after the claim.
    const { first, second, botId, pid, ids } = await aClaimedSend(LEASE_MS);
    first.pause();
    await readyAt(second, botId, LEASE_MS + MORE_MS);
    process.kill(pid, 'SIGCONT');
    await waitFor(() => !isAlive(pid), { what: 'the engine to end' });
    first.resume();
    await first.waitForLog('bot.lost');
    for (const id of ids) await net.arrives(id);
    expect(await net.received(botId, ANA)).toEqual(['once']);
    expect([given(first), refused(first)]).toEqual([[], []]);
    expect([new Set(given(second)).size, given(second).length]).toEqual([2, 2]);
    await Promise.all([first.stop(), second.stop()]);
  });

  test('is not heard by a runner that stood still meanwhile and has lost the bot', async () => {
    // From before it stood still until it goes on, the engine has the lease that it knew.
    const leaseMs = 30_000;
    const { first, second, botId, pid, ids, wa } = await aClaimedSend(leaseMs);
    first.pause();
    // It sends in time, to a runner that hears of it too late.
    process.kill(pid, 'SIGCONT');
    await waitFor(() => !isAlive(pid), { what: 'the engine to end by its own lease', timeoutMs: leaseMs + MORE_MS });
    await readyAt(second, botId, leaseMs + MORE_MS);
    for (const id of ids) await net.arrives(id);
    first.resume();
    await first.waitForLog('bot.lost');
    await first.waitForLog('sandbox.delivery-refused', ({ waMessageId }) => waMessageId === wa);
    expect(await net.received(botId, ANA)).toEqual(['once']);
    expect(given(first)).toEqual([]);
    expect([new Set(given(second)).size, given(second).length]).toEqual([2, 2]);
    expect(given(second)).toContain(wa);
    await Promise.all([first.stop(), second.stop()]);
  });
});
