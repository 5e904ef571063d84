import { botWake } from '@wbm/contracts';
import { capabilityNames } from '@wbm/domain';
import { openWhatsAppWeb, type RunningService, type WhatsAppWeb, waitFor } from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import { aNetwork, type Network } from './a-network.ts';
import { webEnv } from './web-env.ts';

const BY = 'admin@bot.test';

let net: Network;
let web: WhatsAppWeb;
let runner: RunningService;
beforeAll(async () => {
  [net, web] = await Promise.all([aNetwork(), openWhatsAppWeb()]);
  runner = await net.startRunner(webEnv(web));
});

/** Asks for a test, a minute after the last one, and answers how it went. */
async function tested(botId: string) {
  await net.stage.query('update bots set self_test_begun_at = null where id = $1', [botId]);
  const before = (await net.gateway.bots.get(botId))?.selfTest?.at;
  expect(await net.gateway.bots.ask(botId, { ask: 'self-test' }, BY)).toBe(true);
  await net.stage.bus.ring(botWake, { workspaceId: net.stage.workspaceId, botId });
  return waitFor(
    async () => {
      const { selfTest = null } = (await net.gateway.bots.get(botId)) ?? {};
      return selfTest?.at === before ? null : selfTest;
    },
    { what: 'how it went', timeoutMs: 40_000 },
  );
}

/** A chat with oneself makes no lead, and nobody takes over. */
async function nothingOfOneself(botId: string): Promise<void> {
  expect(await net.stage.query('select 1 from inbound_messages where bot_id = $1', [botId])).toEqual([]);
  expect(await net.stage.query('select 1 from leads where bot_id = $1', [botId])).toEqual([]);
}

test('a simulated bot is tested', async () => {
  const botId = await net.aReadyBot();
  expect(await tested(botId)).toMatchObject({ text: null, picture: null });
  await nothingOfOneself(botId);
});

test('a bot on the real library: what it can do is in its row, what it cannot is told, and a test says the same', async () => {
  const botId = await net.stage.aBot({ engine: 'whatsapp-web.js' });
  await net.wake(botId);
  const waiting = await net.inState(botId, 'needs-scan', 40_000);
  const phone = web.phone('+15550100077');
  phone.scan(waiting?.qr ?? '');
  await net.inState(botId, 'ready', 40_000);
  const can = async () => (await net.gateway.bots.get(botId))?.capabilities ?? {};
  await waitFor(async () => Object.keys(await can()).length === capabilityNames.length, { what: 'what it can do' });
  expect(Object.values(await can()).every(({ available }) => available)).toBe(true);

  const self = phone.customer('+15550100077');
  expect(await tested(botId)).toMatchObject({ text: null, picture: null });
  expect(self.received.map(({ type }) => type)).toEqual(['chat', 'image']);

  await phone.device.behave({ missing: ['WAWebMediaMmsV4Upload', 'WAWebDownloadManager'] });
  await net.gateway.bots.restart(botId, BY);
  await net.wake(botId);
  const off = await waitFor(
    async () => {
      const sending = (await can())['media-out'];
      return sending?.available === false ? sending : null;
    },
    { what: 'files to be switched off', timeoutMs: 40_000 },
  );
  expect(off.reason).toMatch(/from the phone/);
  await net.inState(botId, 'ready', 40_000);
  expect(await tested(botId)).toMatchObject({ text: null, picture: expect.stringMatching(/could not upload/) });
  await nothingOfOneself(botId);

  // A file waits, and costs no try, until files can be fetched again.
  const ana = phone.customer('+5511987650001');
  ana.writes({ media: 'image', bytes: new Uint8Array(300).fill(7), mimetype: 'image/png' });
  const file = async () => {
    const [row] = await net.stage.query<{ state: string; tries: number }>(
      'select state, tries from media where bot_id = $1',
      [botId],
    );
    return row;
  };
  await waitFor(async () => (await file()) !== undefined, { what: 'the file' });
  expect(await file()).toEqual({ state: 'pending', tries: 0 });
  await phone.device.behave({ missing: [] });
  await waitFor(async () => (await file())?.state === 'stored', { what: 'the file to be fetched', timeoutMs: 90_000 });
  expect((await can())['media-in']).toEqual({ available: true, reason: null });
  await runner.stop();
}, 180_000);
