import { openWhatsAppWeb } from '@wbm/testkit';
import { expect, test } from 'vitest';
import { aNetwork } from './a-network.ts';
import { metricOf } from './metric-of.ts';
import { webEnv } from './web-env.ts';

const COLD = '+5511987650050';
const NOBODY = '+5511987650051';

test('WhatsApp refuses a cold contact: it is said, counted, never tried again, and the chat is marked', async () => {
  const [net, web] = await Promise.all([aNetwork(), openWhatsAppWeb()]);
  const runner = await net.startRunner(webEnv(web));
  const botId = await net.stage.aBot({ engine: 'whatsapp-web.js' });
  await net.wake(botId);
  const phone = web.phone('+15550100077');
  await phone.scan((await net.inState(botId, 'needs-scan'))?.qr ?? '');
  await net.inState(botId, 'ready');
  expect((await net.gateway.messages.sending(botId))?.linkedAt?.getTime()).toBeGreaterThan(Date.now() - 120_000);
  const cold = phone.customer({ phone: COLD, mustWriteFirst: true });
  phone.customer({ phone: NOBODY, onWhatsApp: false });

  const refused = await net.queue(botId, COLD, 'hello', 'bot');
  await net.arrives(refused, 'failed');
  const nobody = await net.queue(botId, NOBODY, 'hello');
  await net.arrives(nobody, 'failed');
  const leads = await net.stage.query<{ write_first: string }>(
    'select write_first from leads where bot_id = $1 order by id',
    [botId],
  );
  expect(leads).toEqual([{ write_first: 'refused' }, { write_first: 'not-on-whatsapp' }]);
  const more = await net.queue(botId, COLD, 'hello?', 'bot');
  await net.arrives(more, 'cancelled');
  expect(await net.gateway.messages.get([refused, nobody, more])).toMatchObject([
    { statusReason: expect.stringMatching(/must write first/) },
    { statusReason: expect.stringMatching(/must write first/) },
    { statusReason: expect.stringMatching(/not on WhatsApp/) },
  ]);
  expect(cold.received).toEqual([]);
  expect(await net.gateway.messages.sending(botId)).toMatchObject({ refused24h: 2, unasked24h: 2, last24h: 2 });
  for (const why of ['not-on-whatsapp', 'write-first']) {
    expect(await metricOf(runner, `wbm_sends_refused_total{why="${why}"`)).toBe(1);
  }
});
