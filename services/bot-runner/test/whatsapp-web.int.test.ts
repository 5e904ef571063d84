import { botWake } from '@wbm/contracts';
import { openWhatsAppWeb, type RunningService, type WhatsAppWeb, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { aNetwork, enginePid, isAlive, type Network } from './a-network.ts';
import { processesNaming } from './processes-naming.ts';
import { webEnv } from './web-env.ts';

const ANA = '+5511987650001';
const BY = 'admin@bot.test';

let net: Network;
let web: WhatsAppWeb;
let env: Record<string, string>;
beforeAll(async () => {
  [net, web] = await Promise.all([aNetwork(), openWhatsAppWeb()]);
  env = webEnv(web);
});

const chromiumsOf = (botId: string) => processesNaming(`/session-${botId}`);

async function aLinkedBot(number: string): Promise<string> {
  const botId = await net.stage.aBot({ engine: 'whatsapp-web.js' });
  await net.wake(botId);
  const waiting = await net.inState(botId, 'needs-scan');
  await web.phone(number).scan(waiting?.qr ?? '');
  await net.inState(botId, 'ready');
  return botId;
}

describe('a bot on the real library', () => {
  let runner: RunningService;
  let botId: string;

  test('is linked, hears a customer, answers, and follows its acks', async () => {
    runner = await net.startRunner({ ...env, LEASE_MS: '10000' });
    botId = await aLinkedBot('+15550100001');
    expect(await net.gateway.bots.get(botId)).toMatchObject({ ownNumber: '+15550100001', qr: null });
    const phone = web.phone('+15550100001');
    const ana = phone.customer({ phone: ANA, name: 'Ana' });
    ana.writes('hi');
    await waitFor(async () => (await net.stored(botId)).get(ana.jid)?.includes('hi'), { what: 'the message' });
    const id = await net.queue(botId, ANA, 'hello');
    await net.arrives(id);
    expect(ana.received.map(({ text }) => text)).toEqual(['hello']);
    ana.acks(ana.received[0]?.id ?? '', 3);
    await net.arrives(id, 'read');
  });

  test('the runner is killed: no Chromium is left, and another runner needs no scan', async () => {
    const child = enginePid(runner, botId);
    expect(chromiumsOf(botId).length).toBeGreaterThan(0);
    runner.kill('SIGKILL');
    await runner.exited;
    await waitFor(() => !isAlive(child) && chromiumsOf(botId).length === 0, { what: 'all of it to end' });
    runner = await net.startRunner(env);
    await runner.waitForLog('bot.taken', (line) => line.botId === botId, 60_000);
    await waitFor(() => web.phone('+15550100001').device.liveSockets === 1, { what: 'its socket', timeoutMs: 60_000 });
    await net.inState(botId, 'ready');
    expect(web.phone('+15550100001').device.mostLiveSockets).toBe(1);
  });

  test('what was written while no runner was there is read afterwards, and what is too old is history', async () => {
    const phone = web.phone('+15550100001');
    await runner.waitForLog('bot.caught-up', (line) => line.botId === botId);
    await runner.stop();
    const bea = phone.customer({ phone: '+5511987650002', name: 'Bea' });
    const days = (count: number) => new Date(Date.now() - count * 24 * 3_600_000);
    await net.stage.query('update bots set caught_up_to = $2 where id = $1', [botId, days(3).toISOString()]);
    bea.history([{ from: 'customer', content: 'two days ago', at: days(2) }]);
    bea.writes('just now');
    runner = await net.startRunner(env);
    await net.inState(botId, 'ready');
    await waitFor(async () => (await net.stored(botId)).get(bea.jid)?.length === 2, { what: 'both messages' });
    const rows = await net.stage.query<{ text: string; history: boolean }>(
      `select payload ->> 'text' as text, history from inbound_messages where bot_id = $1 and payload ->> 'phone' = $2 order by n`,
      [botId, '+5511987650002'],
    );
    expect(rows).toEqual([
      { text: 'two days ago', history: true },
      { text: 'just now', history: false },
    ]);
  });

  test('is logged out when somebody asks for it, and linked again by a code', async () => {
    const { workspaceId, bus } = net.stage;
    expect(await net.gateway.bots.ask(botId, { ask: 'logout' }, BY)).toBe(true);
    await bus.ring(botWake, { workspaceId, botId });
    await net.inState(botId, 'needs-scan');
    const phone = '+15550100001';
    expect(await net.gateway.bots.ask(botId, { ask: 'pairing-code', phone }, BY)).toBe(true);
    await bus.ring(botWake, { workspaceId, botId });
    const waiting = await net.inState(botId, 'pairing-code');
    await web.phone(phone).enterCode(waiting?.pairingCode ?? '');
    await net.inState(botId, 'ready');
    await waitFor(async () => (await net.gateway.bots.asked(botId)) === null, { what: 'nothing to be asked any more' });
  });

  test('is stopped in order when its runner is', async () => {
    expect(await runner.stop()).toEqual({ code: 0, signal: null });
    expect(chromiumsOf(botId)).toEqual([]);
    expect(runner.logs.some((line) => line.event === 'engine.hung')).toBe(false);
  });
});
