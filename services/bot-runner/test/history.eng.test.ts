import {
  type Customer,
  openWhatsAppWeb,
  type Phone,
  type RunningService,
  startService,
  type WhatsAppWeb,
  waitFor,
} from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import { aNetwork, type Network } from './a-network.ts';
import { webEnv } from './web-env.ts';

const NUMBER = '+15550100077';
const minutes = (count: number) => new Date(Date.now() - count * 60_000);
const days = (count: number) => minutes(count * 24 * 60);

type LeadRow = {
  id: number;
  owner: string;
  email: string | null;
  reply_kind: string | null;
  reply_due_at: Date | null;
};

/** Session, filing, thinking (the built-in assistant) and a phone with chats of which no bot knows yet. */
let net: Network;
let web: WhatsAppWeb;
let phone: Phone;
let runner: RunningService;
let botId: string;
let env: Record<string, string>;
const news: string[] = [];

beforeAll(async () => {
  [net, web] = await Promise.all([aNetwork(), openWhatsAppWeb()]);
  env = webEnv(web);
  net.stage.bus.onNews(({ id }) => news.push(id));
  net.stage.bus.start();
  await Promise.all([startService('lead-worker', net.stage.env), startService('ai-worker', net.stage.env)]);
  phone = web.phone(NUMBER);
});

const aCustomer = (n: number, name: string): Customer => phone.customer({ phone: `+55119876510${10 + n}`, name });
const phoneOf = ({ jid }: Customer) => `+${jid.split('@')[0]}`;
const leadOf = async (customer: Customer) =>
  (
    await net.stage.query<LeadRow>('select * from leads where bot_id = $1 and whatsapp_number = $2', [
      botId,
      phoneOf(customer),
    ])
  )[0];
const rowsOf = (customer: Customer) =>
  net.stage.query<{ text: string; sender: string; history: boolean }>(
    `select m.message as text, m.sender, m.history from lead_messages m join leads l on l.id = m.lead_id
      where l.bot_id = $1 and l.whatsapp_number = $2 order by m.seq`,
    [botId, phoneOf(customer)],
  );
const allFiled = () =>
  waitFor(
    async () =>
      (await net.stage.query('select id from inbound_messages where filed_at is null and bot_id = $1', [botId]))
        .length === 0,
    { what: 'all to be filed', timeoutMs: 30_000 },
  );
const statesOf = async (since: Date) =>
  (
    await net.stage.query<{ state: string }>(
      'select state from bot_events where bot_id = $1 and at >= $2 order by id',
      [botId, since],
    )
  ).map(({ state }) => state);
const startRunner = async () => {
  const since = new Date();
  runner = await net.startRunner(env);
  await waitFor(async () => (await statesOf(since)).includes('ready'), { what: 'it to be ready', timeoutMs: 60_000 });
  return since;
};

test('a first link reads a week and answers nobody; who writes then is answered', async () => {
  const [ana, bea, old] = [aCustomer(0, 'Ana'), aCustomer(1, 'Bea'), aCustomer(2, 'Old')];
  ana.history([
    ...Array.from({ length: 45 }, (_, n) => ({
      from: n % 3 === 2 ? ('business' as const) : ('customer' as const),
      content: n === 30 ? 'my mail is ana@example.com' : `line ${n}`,
      at: minutes(500 - n),
    })),
  ]);
  bea.history([{ from: 'customer', content: 'is anybody there?', at: minutes(1) }]);
  old.history([{ from: 'customer', content: 'last month', at: days(30) }]);
  botId = await net.stage.aBot({ engine: 'whatsapp-web.js', quietMs: 300, maxWaitMs: 5_000 });
  const since = new Date();
  runner = await net.startRunner(env);
  const waiting = await net.inState(botId, 'needs-scan', 40_000);
  phone.scan(waiting?.qr ?? '');
  await net.inState(botId, 'ready');
  expect((await statesOf(since)).slice(-2)).toEqual(['syncing-history', 'ready']);
  await allFiled();

  const read = await rowsOf(ana);
  expect(read.map(({ text }) => text)).toEqual(
    Array.from({ length: 45 }, (_, n) => (n === 30 ? 'my mail is ana@example.com' : `line ${n}`)),
  );
  expect([...(await rowsOf(bea)), ...read].every(({ history }) => history)).toBe(true);
  expect(await leadOf(old)).toBeUndefined();
  expect(await leadOf(ana)).toMatchObject({ owner: 'bot', email: 'ana@example.com', reply_kind: 'capture' });
  expect((await leadOf(bea))?.reply_due_at?.getTime()).toBeGreaterThan(Date.now() + 30_000);
  await waitFor(() => news.includes('HISTORY_READ'), { what: 'the summary' });
  const bot = await net.gateway.bots.get(botId);
  expect(bot).toMatchObject({ ownNumber: NUMBER, progress: null, catchUp: { chats: 2, messages: 46 } });
  expect(bot?.linkedAt).toBeInstanceOf(Date);
  expect(news.filter((id) => id === 'HISTORY_READ')).toHaveLength(1);
  expect(new Set(news)).toEqual(new Set(['UPDATE_BOT', 'LEAD_UPDATED', 'HISTORY_READ']));
  expect(phone.sent).toEqual([]);

  bea.writes('hello?');
  await waitFor(() => bea.received.length === 1, { what: 'the answer' });
  expect(ana.received).toEqual([]);
});

test('after an absence who waits is answered once; who was answered on the phone, or waits for too long, is not', async () => {
  const [ana, bea, cid, dan] = [aCustomer(0, 'Ana'), aCustomer(1, 'Bea'), aCustomer(3, 'Cid'), aCustomer(4, 'Dan')];
  dan.writes('I had a question');
  await waitFor(async () => (await rowsOf(dan)).length > 0, { what: 'Dan' });
  await waitFor(() => dan.received.length === 1, { what: 'Dan’s answer' });
  await runner.waitForLog('bot.caught-up', (line) => line.botId === botId);
  await runner.stop();
  await net.stage.query('update bots set caught_up_to = $2 where id = $1', [botId, days(3)]);
  // A reply that still waits when the bot goes away.
  const waits = await net.queue(botId, phoneOf(dan), 'a late reply', 'bot');

  ana.writes('are you open?', { at: minutes(90) });
  ana.writes('hello??', { at: minutes(80) });
  bea.writes('and now?', { at: minutes(70) });
  phone.answers(bea, 'I am on it', { at: minutes(60) });
  phone.answers(dan, 'done already', { at: minutes(50) });
  cid.history([
    { from: 'customer', content: 'the day before yesterday', at: days(2) },
    { from: 'customer', content: 'please', at: days(1) },
  ]);
  const told = news.length;
  // So slow that a reply that does not wait for the reading leaves before it is over.
  await web.behave({ latencyMs: 400 });
  await startRunner();
  await web.behave({ latencyMs: 0 });
  await waitFor(() => ana.received.length === 1, { what: 'Ana’s answer' });
  await allFiled();

  expect(
    (await rowsOf(ana))
      .slice(-3)
      .map(({ text, history }) => [history, text])
      .slice(0, 2),
  ).toEqual([
    [false, 'are you open?'],
    [false, 'hello??'],
  ]);
  expect(await leadOf(bea)).toMatchObject({ owner: 'human' });
  expect(await leadOf(dan)).toMatchObject({ owner: 'human' });
  expect(await net.messageStatus(waits)).toBe('cancelled');
  expect((await rowsOf(cid)).map(({ history }) => history)).toEqual([true, true]);
  expect(await leadOf(cid)).toMatchObject({ owner: 'bot', reply_kind: 'capture' });
  expect([bea, cid, dan].map(({ received }) => received.length)).toEqual([1, 0, 1]);
  const read = () => news.slice(told).filter((id) => id === 'HISTORY_READ');
  await waitFor(() => read().length > 0, { what: 'the summary' });
  expect(read()).toHaveLength(1);
  expect((await net.gateway.bots.get(botId))?.catchUp).toMatchObject({ chats: 4, messages: 7 });
});

test('who writes while the past is read is received in the order written, and answered when it is read', async () => {
  await runner.waitForLog('bot.caught-up', (line) => line.botId === botId);
  await runner.stop();
  await net.stage.query('update bots set caught_up_to = $2 where id = $1', [botId, days(3)]);
  const others = Array.from({ length: 8 }, (_, n) => aCustomer(20 + n, `Other ${n}`));
  // Read one after the other, the latest first: Eva's chat is the last.
  const eva = aCustomer(5, 'Eva');
  for (const [n, other] of others.entries()) {
    other.history([{ from: 'customer', content: `from ${n}`, at: days(2 - n / 100) }]);
  }
  eva.history([{ from: 'customer', content: 'I wrote before', at: minutes(200) }]);
  for (const other of others) phone.answers(other, 'thank you', { at: minutes(20) });
  await web.behave({ latencyMs: 400 });
  const since = new Date();
  runner = await net.startRunner(env);
  const reading = async () => {
    const { state, progress } = (await net.gateway.bots.get(botId)) ?? {};
    return state === 'syncing-history' && (progress ?? 100) < 100;
  };
  await waitFor(reading, { what: 'it to read', timeoutMs: 60_000 });
  eva.writes('and I write now');
  const byVendor = await net.queue(botId, phoneOf(others[0] as Customer), 'a person may write at once');
  await net.arrives(byVendor);
  expect((await statesOf(since)).includes('ready')).toBe(false);
  expect(eva.received).toEqual([]);
  await waitFor(async () => (await statesOf(since)).includes('ready'), { what: 'it to be ready', timeoutMs: 60_000 });
  await waitFor(() => eva.received.length === 1, { what: 'Eva’s answer' });
  expect((await rowsOf(eva)).slice(0, 2).map(({ text }) => text)).toEqual(['I wrote before', 'and I write now']);
  await web.behave({ latencyMs: 0 });
});

test('an edit of while nobody listened is found', async () => {
  const fay = aCustomer(6, 'Fay');
  const { id } = fay.writes('I live in Lisbon');
  await waitFor(async () => (await rowsOf(fay)).length > 0, { what: 'Fay' });
  await runner.waitForLog('bot.caught-up', (line) => line.botId === botId);
  await runner.stop();
  fay.edits(id, 'I live in Porto');
  await startRunner();
  await waitFor(async () => (await rowsOf(fay))[0]?.text === 'I live in Porto', { what: 'the edit' });
});

test('another number on the same bot is a first link: nothing of its chats is answered', async () => {
  const other = web.phone('+15550100078');
  const gil = other.customer({ phone: '+5511987659999', name: 'Gil' });
  gil.history([{ from: 'customer', content: 'five minutes ago', at: minutes(5) }]);
  phone.unlink();
  const waiting = await net.inState(botId, 'needs-scan');
  other.scan(waiting?.qr ?? '');
  await net.inState(botId, 'ready');
  await allFiled();
  expect(await net.gateway.bots.get(botId)).toMatchObject({ ownNumber: '+15550100078' });
  expect((await rowsOf(gil)).map(({ history }) => history)).toEqual([true]);
  expect(gil.received).toEqual([]);
  await runner.stop();
});
