import { sandboxChat } from '@wbm/contracts';
import { ownerQuery, waitFor } from '@wbm/testkit';
import { beforeAll, expect, it } from 'vitest';
import { expectProblem } from './a-gateway.ts';
import { aPlace, workers } from './a-workplace.ts';
import { heardBells } from './heard-bells.ts';

let place: Awaited<ReturnType<typeof aPlace>>;
let base: string;
beforeAll(async () => {
  place = await aPlace();
  base = `/api/sandbox/bots/${place.here.botId}`;
});
const sandboxOf = async () =>
  (await workers(place.database)).runner.workspace(place.here.workspace.workspaceId).sandbox;

it('scanning needs a code to scan, links the device, and wakes the runner; twice is once', async () => {
  const { as, botId } = place.here;
  expectProblem(await as.vendor('POST', `${base}/scan`), 409, 'no-qr');
  const heard = await heardBells(place.gateway);
  const sandbox = await sandboxOf();
  await sandbox.setRef(botId, 'code-1');
  expect((await as.vendor('POST', `${base}/scan`)).statusCode).toBe(204);
  expect(await sandbox.device(botId)).toMatchObject({ ref: null, linkedAt: expect.any(Date) });
  await waitFor(() => heard.some((bell) => bell.id === 'sandbox.wake'), { what: 'sandbox.wake' });
  expect((await as.vendor('POST', `${base}/scan`)).statusCode).toBe(204);
});

it('a customer’s message waits for the bot, once, whatever form the number has', async () => {
  const { as, botId } = place.here;
  const post = (body: object) => as.vendor('POST', `${base}/messages`, { body });
  const first = await post({ from: '5511900000001', text: 'Oi', name: 'Maria', id: 'wa-1' });
  const again = await post({ from: '+5511900000001', text: 'Oi', name: 'Maria', id: 'wa-1' });
  const unnamed = await post({ from: '+5511900000001', text: 'Tudo bem?' });
  expect([first.statusCode, first.json()]).toEqual([201, { id: 'wa-1', duplicate: false }]);
  expect([again.statusCode, again.json()]).toEqual([200, { id: 'wa-1', duplicate: true }]);
  expect(unnamed.json()).toEqual({ id: expect.stringMatching(/^3EB0[0-9A-F]{18}$/), duplicate: false });
  const waiting = await (await sandboxOf()).unrelayed(botId, 10);
  expect(waiting.map(({ phone, text, author }) => [phone, text, author])).toEqual([
    ['+5511900000001', 'Oi', 'customer'],
    ['+5511900000001', 'Tudo bem?', 'customer'],
  ]);
});

it('the business may write on its own phone', async () => {
  const { as, botId } = place.here;
  await as.vendor('POST', `${base}/messages`, {
    body: { from: '+5511900000002', text: 'I am here myself', fromBusiness: true },
  });
  const waiting = await (await sandboxOf()).unrelayed(botId, 10);
  expect(waiting.find((message) => message.phone === '+5511900000002')).toMatchObject({ author: 'phone' });
});

it('the customer’s phone shows the chat, and looking at it marks what the business wrote as read', async () => {
  const { as, botId } = place.here;
  const phone = '+5511900000003';
  await as.vendor('POST', `${base}/messages`, { body: { from: phone, text: 'Hello?' } });
  await (await sandboxOf()).deliver(botId, { jid: `${phone.slice(1)}@c.us`, waMessageId: 'bot-1', text: 'Good day' });
  const view = sandboxChat.parse(
    (await as.vendor('GET', `${base}/chats/${encodeURIComponent(phone)}/messages`)).json(),
  );
  expect(view.items.map(({ text, fromMe, ack }) => [text, fromMe, ack])).toEqual([
    ['Hello?', true, 1],
    ['Good day', false, 3],
  ]);
  expect(view.typing).toBe(false);
  const stranger = await as.vendor('GET', `${base}/chats/5511999999999/messages`);
  expect(stranger.json()).toEqual({ items: [], typing: false });
});

it('a bot on the real WhatsApp has no simulated phone', async () => {
  const { as, botId } = place.here;
  await ownerQuery(place.database.ownerUrl)(`update bots set engine = 'whatsapp-web.js' where id = $1`, [botId]);
  expectProblem(await as.vendor('POST', `${base}/scan`), 409, 'not-a-sandbox-bot');
  expectProblem(
    await as.vendor('POST', `${base}/messages`, { body: { from: '+5511900000001', text: 'x' } }),
    409,
    'not-a-sandbox-bot',
  );
  expectProblem(await as.vendor('GET', `${base}/chats/5511900000001/messages`), 409, 'not-a-sandbox-bot');
});
