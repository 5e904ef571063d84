import { replyGenerate } from '@wbm/contracts';
import { aRawMessage, startHearing, waitFor } from '@wbm/testkit';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { openTurns, type Turns } from './turns.ts';

type LeadRow = {
  id: number;
  name: string | null;
  email: string | null;
  status: string;
  owner: string;
  reply_kind: string | null;
  reply_due_at: Date | null;
  waiting_since: Date | null;
  qualified_at: Date | null;
};

let turns: Turns;
const heard: { id: string; leadId?: number }[] = [];
beforeAll(async () => {
  turns = await openTurns();
  turns.stage.bus.onNews(({ id, news }) => heard.push({ id, ...news }));
  await startHearing(turns.stage.bus);
  await turns.startAiWorker();
});

/** A model that finds the customer's name wherever it stands. */
beforeEach(() =>
  turns.model.answerWith(({ body }) => {
    const said = body.messages.map(({ content }) => content).join('\n');
    const id = /"id":(\d+),"from":"customer","text":"I am Ana Souza"/.exec(said)?.[1];
    const field = { name: 'name', value: 'Ana Souza', messageId: Number(id), quote: 'I am Ana Souza', confidence: 0.9 };
    return { content: { replies: ['Noted!'], fields: id ? [field] : [], handoff: { reason: 'asked for a person' } } };
  }),
);

const past = (count: number) =>
  Array.from({ length: count }, (_, n) => {
    const text = n === 3 ? 'write to ana@example.com' : n === count - 5 ? 'I am Ana Souza' : `long ago ${n}`;
    return aRawMessage({
      text,
      history: true,
      fromMe: n % 4 === 2,
      at: new Date(Date.now() - (count - n) * 3_600_000),
    });
  });
const leadOf = (botId: string, when: (lead: LeadRow) => boolean = () => true) =>
  waitFor(async () => (await turns.stage.query<LeadRow>('select * from leads where bot_id = $1', [botId])).find(when), {
    what: 'the lead',
  });
const allFiled = (botId: string, count: number) =>
  waitFor(
    async () =>
      (await turns.stage.query('select id from lead_messages where bot_id = $1 and history', [botId])).length === count,
    { what: 'all of it to be filed' },
  );

test('150 messages of the past cost one call, a minute later, and call nobody', async () => {
  const { stage } = turns;
  const botId = await stage.aBot({ quietMs: 0 });
  const rows = past(150);
  await stage.hears(botId, rows.slice(0, 100));
  await allFiled(botId, 100);
  await stage.hears(botId, rows.slice(100));
  await allFiled(botId, 150);
  const lead = await leadOf(botId);
  expect(lead).toMatchObject({ email: 'ana@example.com', owner: 'bot', reply_kind: 'capture', waiting_since: null });
  expect(lead.reply_due_at?.getTime()).toBeGreaterThan(Date.now() + 50_000);
  expect(turns.requestsWith('long ago')).toHaveLength(0);

  await turns.comesDue(lead.id);
  const qualified = await leadOf(botId, ({ status }) => status === 'qualified');
  expect(qualified).toMatchObject({ name: 'Ana Souza', owner: 'bot', reply_due_at: null, waiting_since: null });
  expect(qualified.qualified_at).not.toBeNull();
  await turns.comesDue(lead.id);
  await stage.idle(replyGenerate);
  expect(await turns.turnsOf(botId)).toMatchObject([{ kind: 'capture' }]);
  expect(turns.requestsWith('long ago')).toHaveLength(1);
  expect(await stage.query("select id from lead_messages where bot_id = $1 and sender = 'bot'", [botId])).toEqual([]);
  await waitFor(() => heard.some(({ id, leadId }) => id === 'LEAD_UPDATED' && leadId === lead.id), {
    what: 'the news',
  });
  expect(new Set(heard.filter(({ leadId }) => leadId === lead.id).map(({ id }) => id))).toEqual(
    new Set(['LEAD_UPDATED']),
  );
});

test('a person whose past is in two chats, by number and by hidden id, is one lead and costs one call', async () => {
  const { stage } = turns;
  const botId = await stage.aBot({ quietMs: 0 });
  const rows = past(20);
  const hidden = past(12).map((row) => ({
    ...row,
    jid: '99887766554433@lid',
    payload: { ...(row.payload as object), lid: '99887766554433' },
  }));
  await stage.hears(botId, rows);
  await allFiled(botId, 20);
  await stage.hears(botId, hidden);
  await allFiled(botId, 32);
  const lead = await leadOf(botId);
  expect(await stage.query('select id from leads where bot_id = $1', [botId])).toHaveLength(1);
  await turns.comesDue(lead.id);
  await leadOf(botId, ({ name }) => name === 'Ana Souza');
  await turns.comesDue(lead.id);
  await stage.idle(replyGenerate);
  expect(await turns.turnsOf(botId)).toMatchObject([{ kind: 'capture' }]);
});

test('facts that stand in the past by rule alone qualify a lead, and call nobody', async () => {
  const botId = await turns.stage.aBot({ qualification: [['email']] });
  await turns.stage.hears(botId, past(20));
  const lead = await leadOf(botId, ({ status }) => status === 'qualified');
  expect(lead.waiting_since).toBeNull();
  // What is told in the end shows that nothing else was before.
  await turns.stage.says(botId, ['and now?']);
  await waitFor(() => heard.some(({ id, leadId }) => id === 'LEAD_MESSAGE' && leadId === lead.id), {
    what: 'the news',
  });
  expect(heard.filter(({ id, leadId }) => id === 'NEW_QUALIFIED_LEAD' && leadId === lead.id)).toEqual([]);
});

test('a bot that does not read its past by model finds facts by rule and costs nothing', async () => {
  const { stage } = turns;
  const botId = await stage.aBot();
  await stage.query('update bots set history_capture = false where id = $1', [botId]);
  await stage.hears(botId, past(20));
  await allFiled(botId, 20);
  expect(await leadOf(botId)).toMatchObject({ email: 'ana@example.com', reply_due_at: null, reply_kind: null });
});

test('somebody who writes while the past is read is answered as soon as always, once, by who knows it all', async () => {
  const { stage } = turns;
  const botId = await stage.aBot({ quietMs: 20_000, maxWaitMs: 60_000 });
  const rows = past(40);
  await stage.hears(botId, rows.slice(0, 20));
  await allFiled(botId, 20);
  await stage.says(botId, ['are you there?']);
  const asked = await leadOf(botId, ({ reply_kind }) => reply_kind === 'reply');
  expect(asked.reply_due_at?.getTime()).toBeLessThanOrEqual(Date.now() + 20_000);
  await stage.hears(botId, rows.slice(20));
  await allFiled(botId, 40);
  expect(await leadOf(botId)).toMatchObject({ reply_kind: 'reply', reply_due_at: asked.reply_due_at });
  await turns.comesDue(asked.id);
  expect(await turns.repliesOf(botId, 1)).toEqual(['Noted!']);
  await stage.idle(replyGenerate);
  const kinds = (await turns.turnsOf(botId)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'reply')).toHaveLength(1);
});
