import { openBus } from '@wbm/bus';
import { createLog, MetricsRegistry } from '@wbm/runtime';
import { closeAfterwards, redisUrl, startHearing } from '@wbm/testkit';
import type { Gateway } from './a-gateway.ts';

/** Listens to the bells of bot-runner from now on, as one would. */
export async function heardBells(gateway: Gateway) {
  const heard: { readonly id: string; readonly botId: string; readonly cid: string }[] = [];
  const log = createLog({ service: 'test', level: 'fatal' });
  const bus = openBus({
    redisUrl: redisUrl(),
    prefix: gateway.prefix,
    service: 'bot-runner',
    log,
    metrics: new MetricsRegistry('bot-runner'),
  });
  closeAfterwards('bells', () => bus.close());
  const note =
    (id: string) =>
    ({ botId }: { botId: string }, { cid }: { cid: string }) =>
      void heard.push({ id, botId, cid });
  bus.listen('bot-runner', {
    'bot.wake': note('bot.wake'),
    'message.send': note('message.send'),
    'sandbox.wake': note('sandbox.wake'),
  });
  await startHearing(bus);
  return heard;
}
