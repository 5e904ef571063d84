import { type RunningService, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Machines, machines } from './machines.ts';
import { processesNaming } from './processes-naming.ts';

let all: Machines;
beforeAll(async () => {
  all = await machines();
});

const erased = (botId: string) => waitFor(() => all.isErased(botId), { what: 'it to be erased', timeoutMs: 60_000 });

describe('a deleted bot', { timeout: 120_000 }, () => {
  let runner: RunningService;

  test('is logged out where it runs, and nothing is left of it', async () => {
    const number = '+15550300001';
    runner = await all.start('a');
    const botId = await all.aLinkedBot(number);
    await all.net.gateway.bots.restart(botId, 'admin@bot.test');
    await all.net.wake(botId);
    await waitFor(async () => all.blobsOf(botId).length === 1, { what: 'a copy' });
    await all.net.inState(botId, 'ready', 60_000);
    expect(all.leftOf(botId).length).toBeGreaterThan(5);
    await all.deleteBot(botId);
    await erased(botId);
    expect(all.web.phone(number).device.linked).toBe(false);
    expect(all.leftOf(botId)).toEqual([]);
    expect(await all.copies(botId)).toEqual([]);
    expect(await all.audited(botId)).toEqual([true]);
    expect(processesNaming(`/session-${botId}`)).toEqual([]);
    expect((await all.net.gateway.bots.get(botId))?.state).toBe('stopped');
    expect(runner.logs.filter((line) => line.event === 'bot.erasing' && line.botId === botId)).toHaveLength(1);
  });

  test('that was never linked is gone at once', async () => {
    const botId = await all.net.stage.aBot({ engine: 'whatsapp-web.js' });
    await all.net.wake(botId);
    await all.net.inState(botId, 'needs-scan', 60_000);
    await all.deleteBot(botId);
    await erased(botId);
    expect(all.leftOf(botId)).toEqual([]);
    expect(await all.audited(botId)).toEqual([true]);
  });

  test('that was switched off is logged out by a machine that never had it, and the first one forgets it, too', async () => {
    const number = '+15550300002';
    const botId = await all.aLinkedBot(number);
    await all.switchOff(botId);
    await all.net.wake(botId);
    await runner.waitForLog('bot.released', (line) => line.botId === botId, 30_000);
    await runner.stop();
    await all.net.gateway.bots.archive(botId, 'admin@bot.test');
    runner = await all.start('b');
    await erased(botId);
    expect(runner.logs.some((line) => line.event === 'session.restored' && line.botId === botId)).toBe(true);
    expect(all.web.phone(number).device.linked).toBe(false);
    expect(all.leftOf(botId).every((path) => path.startsWith('a/'))).toBe(true);
    expect(all.leftOf(botId)).not.toEqual([]);
    await runner.stop();
    runner = await all.start('a');
    await waitFor(() => all.leftOf(botId).length === 0, { what: 'nothing to be left', timeoutMs: 30_000 });
  });

  test.each(['bot.erasing', 'engine.started', 'session.logged-out'])(
    'whose runner is killed after %s is erased by the next one',
    async (moment) => {
      const number = `+1555030100${moment.length}`;
      const botId = await all.aLinkedBot(number);
      await all.deleteBot(botId);
      const erasing = await runner.waitForLog('bot.erasing', (line) => line.botId === botId, 30_000);
      const from = runner.logs.indexOf(erasing);
      await waitFor(() => runner.logs.slice(from).some((line) => line.event === moment && line.botId === botId), {
        what: moment,
        timeoutMs: 30_000,
      });
      runner.kill('SIGKILL');
      await runner.exited;
      runner = await all.start('a');
      await erased(botId);
      expect(all.web.phone(number).device.linked).toBe(false);
      expect(all.leftOf(botId)).toEqual([]);
      expect(await all.audited(botId)).toEqual([true]);
    },
  );
});
