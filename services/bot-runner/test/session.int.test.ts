import { readFileSync } from 'node:fs';
import { sandboxWake } from '@wbm/contracts';
import { assertLogsClean, type RunningService, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { aNetwork, enginePid, isAlive, type Network } from './a-network.ts';

const ANA = '+5511987650001';
const SECRET = 'the orchid in the window';

let net: Network;
let runner: RunningService;
beforeAll(async () => {
  net = await aNetwork();
  runner = await net.startRunner({ CHROMIUM_PATH: '/nowhere/chromium' });
});

describe('a session', () => {
  test('shows a code, is scanned, becomes ready, and is ready again without a scan', async () => {
    const botId = await net.stage.aBot();
    await net.wake(botId);
    const waiting = await net.inState(botId, 'needs-scan');
    expect(waiting?.qr).toMatch(/^[\w-]{20,}$/);
    expect(waiting?.qrExpiresAt?.getTime()).toBeGreaterThan(Date.now() + 30_000);
    expect(await net.gateway.sandbox.link(botId, waiting?.qr ?? '')).toBe(true);
    await net.stage.bus.ring(sandboxWake, { workspaceId: net.stage.workspaceId, botId });
    const ready = await net.inState(botId, 'ready');
    expect(ready).toMatchObject({ qr: null, ownNumber: (await net.gateway.sandbox.device(botId))?.ownNumber });

    const pid = enginePid(runner, botId);
    // The engine has none of its runner's secrets to lose.
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toMatch(/postgres|redis|_URL|_KEY/i);
    await net.gateway.bots.restart(botId, 'admin@bot.test');
    await net.wake(botId);
    await waitFor(() => enginePid(runner, botId) !== pid, { what: 'another engine' });
    await net.inState(botId, 'ready');
    expect(isAlive(pid)).toBe(false);
  });

  test('is stopped when nobody wants it, and comes back when somebody does', async () => {
    const botId = await net.aReadyBot();
    const pid = enginePid(runner, botId);
    await net.gateway.bots.setStatus(botId, 'disabled', 'admin@bot.test');
    await net.wake(botId);
    await net.inState(botId, 'stopped');
    expect(isAlive(pid)).toBe(false);
    await runner.waitForLog('bot.released', (line) => line.botId === botId);
    await net.gateway.bots.setStatus(botId, 'enabled', 'admin@bot.test');
    await net.wake(botId);
    await net.inState(botId, 'ready');
  });

  test('says in plain words that the browser is not there', async () => {
    const botId = await net.stage.aBot({ engine: 'whatsapp-web.js' });
    await net.wake(botId);
    const failed = await net.inState(botId, 'failed');
    expect(failed?.stateReason).toMatch(/^CHROMIUM_PATH names no program/);
  });

  test('a killed engine is started again, and no other bot notices', async () => {
    const [hit, other] = [await net.aReadyBot(), await net.aReadyBot()];
    const [hitPid, otherPid] = [enginePid(runner, hit), enginePid(runner, other)];
    process.kill(hitPid, 'SIGKILL');
    await waitFor(() => enginePid(runner, hit) !== hitPid, { what: 'another engine' });
    await net.inState(hit, 'ready');
    await net.writes(hit, ANA, [SECRET]);
    await waitFor(async () => (await net.stored(hit)).size === 1, { what: 'the message' });
    expect(enginePid(runner, other)).toBe(otherPid);
    expect(isAlive(otherPid)).toBe(true);
    expect((await net.gateway.bots.get(other))?.state).toBe('ready');
  });

  test('an engine that hangs is killed and started again', async () => {
    const botId = await net.aReadyBot();
    const pid = enginePid(runner, botId);
    process.kill(pid, 'SIGSTOP');
    await waitFor(() => enginePid(runner, botId) !== pid, { what: 'another engine', timeoutMs: 60_000 });
    await net.inState(botId, 'ready');
    expect(isAlive(pid)).toBe(false);
    expect(runner.logs).toContainEqual(expect.objectContaining({ event: 'engine.hung', enginePid: pid }));
  });
});

describe('what comes in', () => {
  test('bursts of seven in fifty chats are stored in the order they were written', async () => {
    const botId = await net.aReadyBot();
    const phones = Array.from({ length: 50 }, (_, index) => `+55119${String(10_000_000 + index)}`);
    const burst = Array.from({ length: 7 }, (_, index) => `${index + 1}`);
    const left = phones.values();
    const writer = async () => {
      for (const phone of left) await net.writes(botId, phone, burst);
    };
    // As many at once as there are connections.
    await Promise.all([writer(), writer(), writer(), writer()]);
    await waitFor(async () => [...(await net.stored(botId)).values()].flat().length === 350, {
      what: 'all messages',
      timeoutMs: 60_000,
    });
    const stored = await net.stored(botId);
    expect(stored.size).toBe(50);
    for (const texts of stored.values()) expect(texts).toEqual(burst);
  });

  test('the same message again is stored once; what was written before the scan arrives after it', async () => {
    const botId = await net.stage.aBot();
    await net.wake(botId);
    const { qr } = (await net.inState(botId, 'needs-scan')) ?? {};
    const post = { phone: ANA, waMessageId: 'twice', author: 'customer', text: 'hi' } as const;
    await net.gateway.sandbox.post(botId, post);
    await net.gateway.sandbox.link(botId, qr ?? '');
    await net.stage.bus.ring(sandboxWake, { workspaceId: net.stage.workspaceId, botId });
    const relayed = () =>
      waitFor(async () => (await net.gateway.sandbox.unrelayed(botId, 10)).length === 0, { what: 'the relay' });
    await waitFor(async () => (await net.stored(botId)).size === 1, { what: 'the message' });
    await relayed();
    await net.stage.query('update sandbox.messages set relayed_at = null where bot_id = $1', [botId]);
    await net.stage.bus.ring(sandboxWake, { workspaceId: net.stage.workspaceId, botId });
    await relayed();
    expect([...(await net.stored(botId)).values()].flat()).toHaveLength(1);
  });

  test('a hidden number comes with its LID only', async () => {
    const botId = await net.aReadyBot();
    const hidden = {
      phone: ANA,
      lid: '99887766554433',
      waMessageId: 'hidden',
      author: 'customer',
      text: 'hi',
    } as const;
    await net.gateway.sandbox.post(botId, hidden);
    await net.stage.bus.ring(sandboxWake, { workspaceId: net.stage.workspaceId, botId });
    await waitFor(async () => (await net.stored(botId)).size === 1, { what: 'the message' });
    const [row] = await net.stage.query('select payload from inbound_messages where bot_id = $1', [botId]);
    expect(row?.payload).toMatchObject({ phone: null, lid: '99887766554433', fromMe: false });
    expect([...(await net.stored(botId)).keys()]).toEqual(['99887766554433@lid']);
  });
});

describe('what goes out', () => {
  test('leaves in order, a bot after typing, and is read in the end', async () => {
    const [botId, news] = [await net.aReadyBot(), await net.news()];
    await net.writes(botId, ANA, ['hello']);
    const ids = [
      await net.queue(botId, ANA, `${SECRET} 1`, 'bot'),
      await net.queue(botId, ANA, `${SECRET} 2`),
      await net.queue(botId, ANA, `${SECRET} 3`),
    ];
    for (const id of ids) await net.arrives(id);
    const typed = () =>
      news.findIndex((told) => told.id === 'SANDBOX_UPDATED' && told.news.botId === botId && told.news.typing);
    const moved = () => news.findIndex((told) => told.id === 'MESSAGE_STATUS' && told.news.messageId === ids[0]);
    await waitFor(() => typed() >= 0 && moved() >= 0, { what: 'phones and pages to be told' });
    expect(typed()).toBeLessThan(moved());
    expect(await net.received(botId, ANA)).toEqual([`${SECRET} 1`, `${SECRET} 2`, `${SECRET} 3`]);
    await net.gateway.sandbox.markRead(botId, ANA);
    await net.stage.bus.ring(sandboxWake, { workspaceId: net.stage.workspaceId, botId });
    for (const id of ids) await net.arrives(id, 'read');
  });

  test('what waited while the bot was away leaves when it is ready', async () => {
    const botId = await net.stage.aBot();
    const id = await net.queue(botId, ANA, SECRET);
    await net.link(botId);
    await net.arrives(id);
  });

  test('a message that an earlier run was sending is looked up before it is sent again', async () => {
    const botId = await net.stage.aBot();
    const [lost, arrived] = [await net.queue(botId, ANA, 'lost'), await net.queue(botId, '+5511987650002', 'arrived')];
    await net.stage.query(
      `update lead_messages set status = 'sending', claimed_at = now(), claimed_epoch = 0, wa_message_id = 'wa-' || id where bot_id = $1`,
      [botId],
    );
    const jid = '5511987650002@c.us';
    await net.stage.runner
      .workspace(net.stage.workspaceId)
      .sandbox.deliver(botId, { jid, waMessageId: `wa-${arrived}`, text: 'arrived' });
    await net.link(botId);
    await net.arrives(arrived);
    await net.arrives(lost);
    expect(await net.received(botId, ANA)).toEqual(['lost']);
    expect(await net.received(botId, '+5511987650002')).toEqual(['arrived']);
  });
});

test('its numbers carry bot ids and no content, and so do its logs', async () => {
  const text = await (await fetch(`http://127.0.0.1:${runner.opsPort}/metrics`)).text();
  for (const name of [
    'wbm_bot_state',
    'wbm_bot_uptime_seconds',
    'wbm_bot_messages_total',
    'wbm_runner_bots',
    'wbm_send_seconds_count',
    'wbm_inbound_buffer_messages',
  ]) {
    expect(text).toContain(name);
  }
  expect(text).not.toContain('551198765');
  assertLogsClean(runner.logs, [SECRET, ANA.slice(1), '99887766554433']);
});
