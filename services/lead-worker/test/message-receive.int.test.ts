import { messageReceive } from '@wbm/contracts';
import {
  aRawMessage,
  aStage,
  assertLogsClean,
  type RunningService,
  type Stage,
  startHearing,
  startService,
  waitFor,
} from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';

type LeadRow = {
  id: number;
  status: string;
  owner: string;
  email: string | null;
  phone: string | null;
  reply_kind: string | null;
  reply_due_at: Date | null;
  waiting_reason: string | null;
};

let stage: Stage;
let service: RunningService;
const heard: { id: string; leadId?: number; messageId?: number }[] = [];

beforeAll(async () => {
  stage = await aStage();
  service = await startService('lead-worker', stage.env);
  stage.bus.onNews(({ id, news }) => heard.push({ id, ...news }));
  await startHearing(stage.bus);
});

const leadOf = (botId: string, when: (lead: LeadRow) => boolean = () => true) =>
  waitFor(async () => (await stage.query<LeadRow>('select * from leads where bot_id = $1', [botId])).find(when), {
    what: 'the lead',
  });
const messagesOf = (botId: string) =>
  stage.query<{ message: string; sender: string }>(
    'select message, sender from lead_messages where bot_id = $1 order by seq',
    [botId],
  );
const unfiled = async (botId: string) =>
  stage.query('select id from inbound_messages where bot_id = $1 and filed_at is null and refused is null', [botId]);
const allFiled = (botId: string) =>
  waitFor(async () => (await unfiled(botId)).length === 0, { what: 'all rows to be filed' });

describe('filing', () => {
  test('a burst becomes one lead with its facts, in the order written, and makes one reply due', async () => {
    const botId = await stage.aBot();
    const texts = [
      'Hi',
      'I want a quote',
      'write to Ana@Example.com',
      'or call +55 11 98888-7777',
      'today',
      'please',
      '!',
    ];
    await stage.says(botId, texts);
    const lead = await leadOf(botId, ({ email }) => email !== null);
    expect(lead).toMatchObject({
      email: 'ana@example.com',
      phone: '+5511988887777',
      status: 'capturing',
      reply_kind: 'reply',
    });
    expect((await messagesOf(botId)).map(({ message }) => message)).toEqual(texts);
    await waitFor(() => heard.filter(({ id }) => id === 'LEAD_MESSAGE').length >= texts.length, { what: 'the news' });
  });

  test('more rows than one round takes are all filed by one bell', async () => {
    const botId = await stage.aBot();
    const many = Array.from({ length: 230 }, (_, n) => aRawMessage({ text: `message ${n}`, n, history: n < 200 }));
    await stage.hears(botId, many);
    await allFiled(botId);
    const stored = await messagesOf(botId);
    expect(stored.map(({ message }) => message)).toEqual(many.map((_, n) => `message ${n}`));
  });

  test('a row that cannot be read is refused once, and the rest of the chat goes on', async () => {
    const botId = await stage.aBot();
    const poison = { ...aRawMessage({ text: 'x' }), payload: { kind: 'mystery', text: 'secret words' } };
    await stage.hears(botId, [aRawMessage({ text: 'before' }), poison, aRawMessage({ text: 'after' })]);
    await leadOf(botId);
    expect((await messagesOf(botId)).map(({ message }) => message)).toEqual(['before', 'after']);
    const [row] = await stage.query<{ refused: string }>(
      'select refused from inbound_messages where wa_message_id = $1',
      [poison.waMessageId],
    );
    expect(row?.refused).toMatch(/^payload: /);
    assertLogsClean(service.logs, ['secret words', 'before', 'Maria', '5511987654321']);
  });

  test('groups are refused and make no lead', async () => {
    const botId = await stage.aBot();
    await stage.hears(botId, [{ ...aRawMessage({ text: 'hi all' }), jid: '120363000000000000@g.us' }]);
    await allFiled(botId);
    expect(await stage.query('select id from leads where bot_id = $1', [botId])).toEqual([]);
  });

  test('a known customer who writes under another spelling of the number keeps their lead', async () => {
    const botId = await stage.aBot();
    await stage.says(botId, ['with the ninth digit'], '+5511987650001');
    const lead = await leadOf(botId);
    await stage.says(botId, ['without it'], '+551187650001');
    await waitFor(async () => (await messagesOf(botId)).length === 2, { what: 'the second message' });
    expect(await stage.query('select id from leads where bot_id = $1', [botId])).toEqual([{ id: lead.id }]);
  });

  test('history makes at most a capture due, and no message news', async () => {
    const botId = await stage.aBot();
    const before = heard.length;
    await stage.hears(botId, [aRawMessage({ text: 'from last week: me@example.com', history: true })]);
    const lead = await leadOf(botId);
    expect(lead).toMatchObject({ reply_kind: 'capture', email: 'me@example.com' });
    // News of the tests before may still be on its way.
    const ofThisLead = () => heard.slice(before).filter(({ leadId }) => leadId === lead.id);
    await waitFor(() => ofThisLead().some(({ id }) => id === 'LEAD_UPDATED'), { what: 'the lead’s news' });
    // What is told in the end shows that it was the first.
    await stage.says(botId, ['and now?']);
    const told = () => ofThisLead().filter(({ id }) => id === 'LEAD_MESSAGE');
    await waitFor(() => told().length > 0, { what: 'the news of a message' });
    const messages = await stage.query<{ id: number }>(
      'select id from lead_messages where lead_id = $1 and not history',
      [lead.id],
    );
    expect(told().map(({ messageId }) => messageId)).toEqual(messages.map(({ id }) => id));
  });

  test('out of hours and with answers off a message makes a capture due; with capture off too, nothing', async () => {
    const botId = await stage.aBot();
    const { features } = stage.gateway.workspace(stage.workspaceId);
    const now = await features.get(botId);
    if (!now) throw new Error('no features');
    const off = await features.put(botId, { ...now, autoResponseEnabled: false }, now.version, stage.admin);
    await stage.says(botId, ['one'], '+5511987650011');
    expect(await leadOf(botId)).toMatchObject({ reply_kind: 'capture' });
    if (typeof off === 'string') throw new Error(off);
    await features.put(botId, { ...off, leadCaptureEnabled: false }, off.version, stage.admin);
    await stage.says(botId, ['two'], '+5511987650012');
    await waitFor(async () => (await messagesOf(botId)).length === 2, { what: 'the second message' });
    const leads = await stage.query<LeadRow>('select * from leads where bot_id = $1 order by id', [botId]);
    expect(leads[1]).toMatchObject({ reply_due_at: null });
  });

  test('an answer from the phone silences the bot; what the customer writes then is for sales', async () => {
    const botId = await stage.aBot();
    await stage.says(botId, ['hello']);
    await leadOf(botId);
    await stage.hears(botId, [aRawMessage({ text: 'I am on it', fromMe: true })]);
    await leadOf(botId, ({ owner }) => owner === 'human');
    await waitFor(() => heard.some(({ id }) => id === 'LEAD_ASSIGNED'), { what: 'the takeover’s news' });
    await stage.says(botId, ['thank you']);
    await leadOf(botId, ({ waiting_reason: reason }) => reason === 'message');
    await waitFor(() => heard.filter(({ id }) => id === 'NEW_MESSAGE_FOR_SALES').length === 1, { what: 'the alert' });
  });

  test('the same message rung three times is filed once', async () => {
    const botId = await stage.aBot();
    const raw = aRawMessage({ text: 'only once' });
    const chatId = await stage.hears(botId, [raw], { ring: false });
    for (let times = 0; times < 3; times += 1) {
      await stage.hears(botId, [raw], { ring: false });
      await stage.ring(messageReceive, { workspaceId: stage.workspaceId, botId, chatId });
      await stage.idle(messageReceive);
    }
    await leadOf(botId);
    await allFiled(botId);
    expect(await messagesOf(botId)).toHaveLength(1);
  });
});
