import { setTimeout as pause } from 'node:timers/promises';
import { findChromium } from '@wbm/chromium';
import type { BotView } from '@wbm/contracts';
import { modelServer, openWhatsAppWeb, ownerQuery, type RunningService, waitFor } from '@wbm/testkit';
import { expect, test } from 'vitest';
import { answersNumbered } from './harness/model.ts';
import { type Product, startProduct } from './harness/product.ts';

const LEASE_MS = 6_000;
const NUMBERS = [1, 2, 3, 4].map((n) => `+1555012000${n}`);
const CUSTOMERS = [1, 2];
const EVERY_MS = 1_200;

async function aWhatsAppBot({ admin, botState }: Product, id: string, scan: (qr: string) => unknown): Promise<void> {
  const settings = { id, name: id, prompt: 'You sell bicycles.', engine: 'whatsapp-web.js', quietMs: 300 };
  const made = await admin.send<BotView>('POST', '/api/bots', settings);
  expect(made.status).toBe(201);
  // The traffic of this test is more than a new number may send.
  const patch = { version: made.body.version, sendPerMinute: 60, sendPerDay: 10_000 };
  expect((await admin.send('PATCH', `/api/bots/${id}`, patch)).status).toBe(200);
  const waiting = await waitFor(
    async () => {
      const bot = await botState(id);
      return bot.qr !== null && bot;
    },
    { what: `the code of ${id}`, timeoutMs: 60_000 },
  );
  await scan(waiting.qr ?? '');
}

/**
 * Stopped in order and started again: now there is a copy of its session for whoever has it next. Answers how many
 * milliseconds the start took.
 */
async function stoppedOnce({ admin, botState }: Product, id: string): Promise<number> {
  let beganMs = 0;
  for (const [verb, state] of [
    ['stop', 'stopped'],
    ['start', 'ready'],
  ] as const) {
    beganMs = performance.now();
    expect((await admin.send('POST', `/api/bots/${id}/${verb}`)).status).toBeLessThan(300);
    await waitFor(async () => (await botState(id)).state === state, {
      what: `${id} to be ${state}`,
      timeoutMs: 60_000,
    });
  }
  return performance.now() - beganMs;
}

/** The bots of which this runner took the session from a copy. */
const restoredBy = (runner: RunningService) =>
  runner.logs
    .filter(({ event }) => event === 'session.restored')
    .map(({ botId }) => botId)
    .sort();

async function heldBy(runner: RunningService): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${runner.opsPort}/metrics`)).text();
  return metrics.split('\n').filter((line) => /^wbm_bot_state\{.*state="ready".*\} 1$/.test(line)).length;
}

/**
 * Waits until a runner has all of them ready: at most a lease, and the starts, which share the machine with all the traffic
 * and so may take twice as long as one after the other in peace.
 */
const allOn = (runner: RunningService, startMs: number) =>
  waitFor(async () => (await heldBy(runner)) === NUMBERS.length, {
    what: 'every bot to be ready on the other runner',
    timeoutMs: LEASE_MS + 2 * NUMBERS.length * startMs,
    intervalMs: 100,
  });

test('under traffic, one runner killed and another drained: every bot goes on elsewhere, nothing is doubled or lost', async () => {
  const web = await openWhatsAppWeb();
  const model = await modelServer(answersNumbered(200));
  const product = await startProduct({
    model,
    runners: 2,
    env: {
      LEASE_MS: String(LEASE_MS),
      WWEBJS_WEB_VERSION: web.version,
      WWEBJS_WEB_VERSION_CACHE: web.cachePath,
      WWEBJS_EXTRA_BROWSER_FLAGS: web.browserArgs.join('\n'),
      // Where the system has none, each runner would unpack one on its own disk.
      CHROMIUM_PATH: findChromium(null) ? '' : (process.env.CHROMIUM_PATH ?? ''),
    },
  });
  const phones = NUMBERS.map((number) => web.phone(number));
  for (const [n, phone] of phones.entries()) await aWhatsAppBot(product, `bot-${n}`, (qr) => phone.scan(qr));
  for (const n of phones.keys()) {
    await waitFor(async () => (await product.botState(`bot-${n}`)).state === 'ready', {
      what: `bot-${n} to be ready`,
      timeoutMs: 60_000,
    });
  }
  const starts: number[] = [];
  for (const n of phones.keys()) starts.push(await stoppedOnce(product, `bot-${n}`));
  const startMs = Math.max(...starts);
  const [first, second] = product.runners;
  if (!first || !second) throw new Error('there are no two runners');
  // WhatsApp takes its time, so that some message is leaving at whatever moment a runner ends.
  await web.behave({ send: { acks: [1], acksBeforeReturn: false, delayMs: 800, outcome: 'ok' } });
  expect([await heldBy(first), await heldBy(second)]).toEqual([2, 2]);

  const customers = phones.flatMap((phone, n) =>
    CUSTOMERS.map((c) => ({
      phone,
      botId: `bot-${n}`,
      who: phone.customer(`+551198766${n}00${c}`),
      wrote: [] as string[],
    })),
  );
  const ending = new AbortController();
  const traffic = Promise.all(
    customers.map(async ({ who, wrote }) => {
      while (!ending.signal.aborted) {
        const text = `question ${wrote.length + 1}`;
        wrote.push(text);
        who.writes(text);
        await pause(EVERY_MS);
      }
    }),
  );
  await waitFor(() => customers.every(({ who }) => who.received.length > 0), { what: 'answers', timeoutMs: 30_000 });

  const query = ownerQuery(product.ownerUrl);
  const host = await query<{ runner_id: string }>('select runner_id from bots order by created_at limit 1');
  const ofHost = await query<{ id: string }>('select id from bots where runner_id = $1 order by id', [
    host[0]?.runner_id,
  ]);
  const held = first.logs.some((line) => line.runnerId === host[0]?.runner_id) ? first : second;
  const other = held === first ? second : first;
  await waitFor(
    async () => {
      const leaving = await query(
        "select 1 from lead_messages m join bots b on b.id = m.bot_id where m.status = 'sending' and b.runner_id = $1",
        [host[0]?.runner_id],
      );
      return leaving.length > 0;
    },
    { what: 'a message that is just leaving', timeoutMs: 20_000, intervalMs: 20 },
  );
  held.kill('SIGKILL');
  await allOn(other, startMs);
  expect(restoredBy(other)).toEqual(ofHost.map(({ id }) => id));

  const third = await product.start('bot-runner');
  other.kill('SIGTERM');
  await allOn(third, startMs);
  expect((await other.exited).code).toBe(0);
  expect(restoredBy(third)).toEqual(phones.map((_, n) => `bot-${n}`));

  ending.abort();
  await traffic;
  const leads = await waitFor(
    async () => {
      const found = await product.admin.leads();
      const chats = await Promise.all(
        found.map(async ({ id, botId, whatsappNumber }) => ({
          botId,
          whatsappNumber,
          messages: await product.admin.messages(id),
        })),
      );
      const ended = chats.every(
        ({ messages }) =>
          ['sent', 'delivered', 'read'].includes(messages.at(-1)?.status ?? '') &&
          !messages.some(({ status }) => status === 'sending'),
      );
      return chats.length === customers.length && ended && chats;
    },
    { what: 'every chat to end with an answer', timeoutMs: 60_000, intervalMs: 300 },
  );

  for (const { phone } of customers) expect(phone.device.mostLiveSockets).toBe(1);
  for (const { botId, who, wrote } of customers) {
    const lead = leads.find((chat) => chat.botId === botId && chat.whatsappNumber === `+${who.jid.split('@')[0]}`);
    const heard = lead?.messages.filter(({ sender }) => sender === 'customer').map(({ text }) => text);
    expect(new Set(heard), 'no message is lost, none is there twice').toEqual(new Set(wrote));
    expect(heard).toHaveLength(wrote.length);
    const answers = who.received.map(({ text }) => text);
    expect(new Set(answers).size, 'no answer came twice').toBe(answers.length);
    const kept = lead?.messages.filter(({ sender, status }) => sender === 'bot' && status !== 'cancelled');
    expect(kept?.map(({ text }) => text).sort()).toEqual([...answers].sort());
  }
  // Whether WhatsApp has a message that was leaving when its runner was killed is looked up, and not guessed.
  const open = leads
    .flatMap(({ messages }) => messages)
    .filter(({ status }) => ['sending', 'unconfirmed'].includes(status));
  expect(open).toEqual([]);
}, 300_000);
