import { beforeAll, describe, expect, test } from 'vitest';
import { aQueue, few, type Queue } from './a-queue.ts';

let all: Queue;
beforeAll(async () => {
  all = await aQueue();
});

type Bot = Awaited<ReturnType<typeof all.aBot>>;
const claim = (bot: Bot, id: number) => all.claim(bot, id, few({}));
const waits = async (leadId: number) => {
  const lead = await all.leads.get(leadId);
  return lead && { waits: lead.waitingSince !== null, reason: lead.waitingReason, owner: lead.owner };
};
const nobodyWaits = { waits: false, reason: null, owner: 'bot' };
const forAll = { waits: true, reason: 'message', owner: 'bot' };

const refusal = (why: 'other' | 'write-first') => ({ reason: 'It was refused.', why });
/** How a message that is leaving may end without an answer; each answers nothing that matters here. */
const endings = {
  failed: (bot: Bot, id: number) => all.messages.mark(id, bot.epoch, 'failed'),
  unconfirmed: (bot: Bot, id: number) => all.messages.mark(id, bot.epoch, 'unconfirmed'),
  refused: (bot: Bot, id: number) => all.messages.refuse(id, bot.epoch, refusal('other')),
  'refused to a cold contact': (bot: Bot, id: number) => all.messages.refuse(id, bot.epoch, refusal('write-first')),
  'refused by an ack': (bot: Bot, id: number) =>
    all.messages.recordAcks(bot.botId, [{ waMessageId: `wa-${id}`, ack: -1 }]),
};
const each = Object.keys(endings) as (keyof typeof endings)[];

/** A chat of somebody who wrote long ago, to whom these messages are queued; the first one is leaving. */
async function aLeavingMessage(senders: readonly ('bot' | 'vendor')[] = ['bot']) {
  const bot = await all.aBot();
  const { leadId } = await all.aLead(bot, 30);
  const ids: number[] = [];
  for (const sender of senders) ids.push(await all.queue(leadId, sender));
  const [first = 0, ...others] = ids;
  expect(await claim(bot, first)).toBe('sending');
  return { bot, leadId, first, others };
}

describe.each(each)('a reply of the bot that ends %s', (ending) => {
  test('calls a person, once', async () => {
    const { bot, leadId, first } = await aLeavingMessage();
    expect(await waits(leadId)).toEqual(nobodyWaits);
    await endings[ending](bot, first);
    expect(await waits(leadId)).toEqual(forAll);
    await all.query('update leads set waiting_since = null, waiting_reason = null where id = $1', [leadId]);
    await endings[ending](bot, first);
    expect(await waits(leadId)).toEqual(nobodyWaits);
  });

  test('calls whoever has the chat by now', async () => {
    const { bot, leadId, first } = await aLeavingMessage();
    await all.leads.takeOver(leadId, all.vendor, { force: false });
    await endings[ending](bot, first);
    expect(await waits(leadId)).toEqual({ ...forAll, owner: 'human' });
    const { items } = (await all.leads.list({ waiting: true, assignedTo: all.vendor, limit: 200 })) as {
      items: { id: number }[];
    };
    expect(items.map(({ id }) => id)).toContain(leadId);
  });

  test('leaves alone whom somebody has answered meanwhile, and since when they waited before', async () => {
    const { bot, leadId, first } = await aLeavingMessage();
    await all.query(
      `update leads set waiting_since = '2026-01-01T00:00:00Z', waiting_reason = 'qualified' where id = $1`,
      [leadId],
    );
    await endings[ending](bot, first);
    expect(await all.leads.get(leadId)).toMatchObject({
      waitingSince: new Date('2026-01-01T00:00:00Z'),
      waitingReason: 'qualified',
    });
    const answered = await aLeavingMessage();
    await all.leads.takeOver(answered.leadId, all.vendor, { force: false });
    const written = await all.queue(answered.leadId, 'vendor');
    await all.query("update lead_messages set status = 'sent' where id = $1", [written]);
    await endings[ending](answered.bot, answered.first);
    expect(await waits(answered.leadId)).toEqual({ ...nobodyWaits, owner: 'human' });
  });

  test('does not when a person wrote it', async () => {
    const { bot, leadId, first } = await aLeavingMessage(['vendor']);
    await endings[ending](bot, first);
    expect(await waits(leadId)).toEqual(nobodyWaits);
  });
});

test.each(['failed', 'unconfirmed', 'refused'] as const)(
  '%s, but another reply follows: that one may answer',
  async (ending) => {
    const { bot, leadId, first, others } = await aLeavingMessage(['bot', 'bot']);
    await endings[ending](bot, first);
    expect(await waits(leadId)).toEqual(nobodyWaits);
    const [second = 0] = others;
    expect(await claim(bot, second)).toBe('sending');
    await endings[ending](bot, second);
    expect(await waits(leadId)).toEqual(forAll);
  },
);

test.each(['refused to a cold contact', 'refused by an ack'] as const)(
  '%s: what followed is cancelled with it, so a person is called',
  async (ending) => {
    const { bot, leadId, first } = await aLeavingMessage(['bot', 'bot']);
    await endings[ending](bot, first);
    expect(await waits(leadId)).toEqual(forAll);
  },
);

test('an ack said so first, and what followed is cancelled only when the send returns: a person is called then', async () => {
  const { bot, leadId, first } = await aLeavingMessage(['bot', 'bot']);
  await all.query('update lead_messages set unasked = false where id = $1', [first]);
  await endings['refused by an ack'](bot, first);
  expect(await waits(leadId)).toEqual(nobodyWaits);
  expect(await all.messages.refuse(first, bot.epoch, refusal('write-first'))).toMatchObject({ moved: false });
  expect(await waits(leadId)).toEqual(forAll);
});

test('a run that lost the bot calls nobody', async () => {
  const { bot, leadId, first } = await aLeavingMessage();
  expect(await all.messages.mark(first, bot.epoch - 1, 'unconfirmed')).toBe(false);
  expect(await waits(leadId)).toEqual(nobodyWaits);
});

test('one that was sent, or is to be tried again, calls nobody', async () => {
  for (const outcome of ['sent', 'queued'] as const) {
    const { bot, leadId, first } = await aLeavingMessage();
    expect(await all.messages.mark(first, bot.epoch, outcome)).toBe(true);
    expect(await waits(leadId)).toEqual(nobodyWaits);
  }
});

test('ends, claims, takeovers and acks of one chat wait for each other, and never for ever', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { bot, leadId, first, others } = await aLeavingMessage(['bot', 'bot']);
    await Promise.all([
      all.messages.mark(first, bot.epoch, 'unconfirmed'),
      claim(bot, others[0] ?? 0),
      all.leads.takeOver(leadId, all.vendor, { force: false }),
      endings['refused by an ack'](bot, first),
    ]);
    expect(await all.row(first)).toMatchObject({ status: 'failed' });
  }
});
