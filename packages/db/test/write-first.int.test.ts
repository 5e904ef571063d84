import { say } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { aQueue, few } from './a-queue.ts';

let all: Awaited<ReturnType<typeof aQueue>>;
beforeAll(async () => {
  all = await aQueue();
});

type Bot = Awaited<ReturnType<typeof all.aBot>>;
const claim = (bot: Bot, id: number) => all.messages.claim(id, bot.epoch, `wa-${id}`, 60_000, few({}));
const writeFirst = async (leadId: number) => (await all.leads.get(leadId))?.writeFirst;
const post = (leadId: number, clientId: string) =>
  all.shown.post({ leadId, author: all.vendor, force: false, text: 'x', clientId, correlationId: 'cid' });

async function aRefusedChat(why: 'not-on-whatsapp' | 'write-first' | 'media' | 'other') {
  const bot = await all.aBot();
  const { leadId, phone } = await all.aLead(bot, 30);
  const [refused, reply, written] = [
    await all.queue(leadId),
    await all.queue(leadId),
    await all.queue(leadId, 'vendor'),
  ];
  expect(await claim(bot, refused)).toBe('sending');
  const outcome = await all.messages.refuse(refused, bot.epoch, { reason: 'It was refused.', why });
  return { bot, leadId, phone, refused, reply, written, outcome };
}

describe('WhatsApp takes nothing for a person', () => {
  test.each([
    ['not-on-whatsapp', 'not-on-whatsapp', 'This number is not on WhatsApp.'],
    ['write-first', 'refused', 'WhatsApp refused it: the customer must write first.'],
  ] as const)('%s: the chat is marked, and nothing else leaves', async (why, marked, words) => {
    const { bot, leadId, refused, reply, written, outcome } = await aRefusedChat(why);
    expect(outcome).toEqual({ moved: true, cancelled: [reply, written] });
    expect(await writeFirst(leadId)).toBe(marked);
    expect(await all.row(refused)).toMatchObject({ status: 'failed', status_reason: 'It was refused.' });
    for (const id of [reply, written]) {
      expect(await all.row(id)).toMatchObject({ status: 'cancelled', status_reason: 'It was refused.' });
    }
    expect((await all.messages.nextSends(bot.botId)).due).toEqual([]);
    // An answer that was made meanwhile.
    const late = await all.queue(leadId);
    expect(await claim(bot, late)).toBe('cancelled');
    expect(await all.row(late)).toMatchObject({ status_reason: words });
    expect(await all.shown.sending(bot.botId)).toMatchObject({ refused24h: 1, last24h: 1 });
  });

  test('a person who wants to write is told so, until the customer writes', async () => {
    const { bot, leadId, phone } = await aRefusedChat('write-first');
    await all.leads.takeOver(leadId, all.vendor, { force: false });
    expect(await post(leadId, 'first')).toEqual({ outcome: 'write-first', why: 'refused' });
    await say(all, bot, ['here I am'], { phone });
    expect(await writeFirst(leadId)).toBeNull();
    const posted = await post(leadId, 'second');
    expect(posted).toMatchObject({ outcome: 'queued' });
    expect(await claim(bot, posted.outcome === 'queued' ? posted.messageId : 0)).toBe('sending');
  });

  test('but has written while it was being sent: the chat stays open', async () => {
    const bot = await all.aBot();
    const { leadId, phone } = await all.aLead(bot, 30);
    const [refused, next] = [await all.queue(leadId), await all.queue(leadId)];
    expect(await claim(bot, refused)).toBe('sending');
    await say(all, bot, ['hi'], { phone });
    const refusal = { reason: 'x', why: 'write-first' as const };
    expect(await all.messages.refuse(refused, bot.epoch, refusal)).toEqual({ moved: true, cancelled: [] });
    expect(await writeFirst(leadId)).toBeNull();
    expect(await claim(bot, next)).toBe('sending');
  });

  test('and an ack said so before the send returned: the chat is marked all the same', async () => {
    const bot = await all.aBot();
    const { leadId } = await all.aLead(bot, null);
    const refused = await all.queue(leadId);
    expect(await claim(bot, refused)).toBe('sending');
    await all.messages.recordAcks(bot.botId, [{ waMessageId: `wa-${refused}`, ack: -1 }]);
    expect(await all.messages.refuse(refused, bot.epoch, { reason: 'x', why: 'write-first' })).toMatchObject({
      moved: false,
    });
    expect(await writeFirst(leadId)).toBe('refused');
  });

  test('a run that lost the bot marks no chat', async () => {
    const bot = await all.aBot();
    const { leadId } = await all.aLead(bot, null);
    const id = await all.queue(leadId);
    expect(await claim(bot, id)).toBe('sending');
    const refusal = { reason: 'x', why: 'write-first' as const };
    expect(await all.messages.refuse(id, bot.epoch - 1, refusal)).toEqual({ moved: false, cancelled: [] });
    expect(await writeFirst(leadId)).toBeNull();
  });
});

describe('a refusal that only an ack tells', () => {
  const WORDS = 'WhatsApp refused it: the customer must write first.';
  const refusedBy = (bot: Bot, id: number) =>
    all.messages.recordAcks(bot.botId, [{ waMessageId: `wa-${id}`, ack: -1 }]);

  test.each(['sending', 'unconfirmed', 'sent'] as const)('of a message that is %s closes the chat', async (as) => {
    const bot = await all.aBot();
    const { leadId } = await all.aLead(bot, 30);
    const [refused, reply, written] = [
      await all.queue(leadId),
      await all.queue(leadId),
      await all.queue(leadId, 'vendor'),
    ];
    const other = await all.queue((await all.aLead(bot, 30)).leadId);
    expect(await claim(bot, refused)).toBe('sending');
    if (as !== 'sending') await all.messages.mark(refused, bot.epoch, as);
    expect(await refusedBy(bot, refused)).toEqual([
      { leadId, messageId: refused, status: 'failed' },
      { leadId, messageId: reply, status: 'cancelled' },
      { leadId, messageId: written, status: 'cancelled' },
    ]);
    for (const id of [refused, reply, written]) expect(await all.row(id)).toMatchObject({ status_reason: WORDS });
    expect(await writeFirst(leadId)).toBe('refused');
    expect(await all.row(other)).toMatchObject({ status: 'queued' });
    expect(await refusedBy(bot, refused)).toEqual([]);
    // It did arrive: the customer may still have to write first.
    await all.messages.recordAcks(bot.botId, [{ waMessageId: `wa-${refused}`, ack: 2 }]);
    expect(await all.row(refused)).toMatchObject({ status: 'delivered', status_reason: null });
  });

  test.each([
    ['wrote today', 20, false],
    ['has written meanwhile', 30, true],
  ])('of a message to somebody who %s refuses that message only', async (_, hoursAgo, writes) => {
    const bot = await all.aBot();
    const { leadId, phone } = await all.aLead(bot, hoursAgo);
    const [refused, next] = [await all.queue(leadId), await all.queue(leadId)];
    expect(await claim(bot, refused)).toBe('sending');
    if (writes) await say(all, bot, ['hi'], { phone });
    expect(await refusedBy(bot, refused)).toEqual([{ leadId, messageId: refused, status: 'failed' }]);
    expect(await all.row(refused)).toMatchObject({ status_reason: 'WhatsApp refused the message.' });
    expect(await writeFirst(leadId)).toBeNull();
    expect(await claim(bot, next)).toBe('sending');
  });

  test('is no longer believed of what a phone has, nor of what was written on the business’s own', async () => {
    const bot = await all.aBot();
    const { leadId } = await all.aLead(bot, 30);
    const id = await all.queue(leadId);
    expect(await claim(bot, id)).toBe('sending');
    await all.messages.recordAcks(bot.botId, [{ waMessageId: `wa-${id}`, ack: 2 }]);
    expect(await refusedBy(bot, id)).toEqual([]);
    const own = await all.queue(leadId);
    await all.query("update lead_messages set sender = 'phone', status = 'sent', wa_message_id = $2 where id = $1", [
      own,
      `wa-${own}`,
    ]);
    expect(await refusedBy(bot, own)).toEqual([]);
    expect(await writeFirst(leadId)).toBeNull();
  });

  test('does not call a number that is not on WhatsApp by another reason', async () => {
    const bot = await all.aBot();
    const { leadId } = await all.aLead(bot, null);
    const id = await all.queue(leadId);
    expect(await claim(bot, id)).toBe('sending');
    await all.query("update leads set write_first = 'not-on-whatsapp' where id = $1", [leadId]);
    await refusedBy(bot, id);
    expect(await writeFirst(leadId)).toBe('not-on-whatsapp');
  });
});

test.each(['not-on-whatsapp', 'write-first'] as const)(
  'somebody who wrote today is no cold contact (%s)',
  async (why) => {
    const bot = await all.aBot();
    const { leadId } = await all.aLead(bot, 20);
    const [refused, next] = [await all.queue(leadId), await all.queue(leadId)];
    expect(await claim(bot, refused)).toBe('sending');
    const outcome = await all.messages.refuse(refused, bot.epoch, { reason: 'They must write first.', why });
    expect(outcome).toEqual({ moved: true, cancelled: [] });
    expect(await all.row(refused)).toMatchObject({ status: 'failed', status_reason: 'WhatsApp refused the message.' });
    expect(await writeFirst(leadId)).toBeNull();
    expect(await claim(bot, next)).toBe('sending');
  },
);

test.each(['media', 'other'] as const)('a message refused for its own sake (%s) closes no chat', async (why) => {
  const { bot, leadId, reply, outcome } = await aRefusedChat(why);
  expect(outcome).toEqual({ moved: true, cancelled: [] });
  expect(await writeFirst(leadId)).toBeNull();
  expect(await claim(bot, reply)).toBe('sending');
});

test('refusals and takeovers and claims of one chat wait for each other, and never for ever', async () => {
  const bot = await all.aBot();
  for (let round = 0; round < 10; round += 1) {
    const { leadId } = await all.aLead(bot, 30);
    const [sending, next] = [await all.queue(leadId), await all.queue(leadId)];
    expect(await claim(bot, sending)).toBe('sending');
    const [, verdict] = await Promise.all([
      all.messages.refuse(sending, bot.epoch, { reason: 'x', why: 'write-first' }),
      claim(bot, next),
      all.leads.takeOver(leadId, all.vendor, { force: false }),
      all.messages.recordAcks(bot.botId, [{ waMessageId: `wa-${sending}`, ack: -1 }]),
    ]);
    expect(await writeFirst(leadId)).toBe('refused');
    // Whichever told of the refusal first has closed the chat, so nothing was claimed in between.
    expect([verdict, (await all.row(next)).status]).toEqual([
      expect.stringMatching(/busy|cancelled|gone/),
      'cancelled',
    ]);
  }
});
