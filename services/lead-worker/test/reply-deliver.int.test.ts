import { replyDeliver } from '@wbm/contracts';
import type { AssistantAnswer } from '@wbm/domain';
import { withCorrelation } from '@wbm/runtime';
import {
  aStage,
  assertLogsClean,
  type RunningService,
  type Stage,
  startHearing,
  startService,
  storesAs,
  waitFor,
} from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';

let stage: Stage;
let service: RunningService;
let turns: Awaited<ReturnType<typeof openTurns>>;
const heard: { id: string; leadId: unknown }[] = [];
const rung: string[] = [];

async function openTurns() {
  const stores = await storesAs('ai-worker', stage.database);
  return stores.workspace(stage.workspaceId).turns;
}

beforeAll(async () => {
  stage = await aStage();
  turns = await openTurns();
  service = await startService('lead-worker', stage.env);
  stage.bus.onNews(({ id, news }) => heard.push({ id, leadId: 'leadId' in news ? news.leadId : null }));
  stage.bus.listen('bot-runner', {
    'message.send': ({ botId }) => rung.push(botId),
    'bot.wake': () => undefined,
    'sandbox.wake': () => undefined,
  });
  await startHearing(stage.bus);
});

/** A customer has written `text` and the model has answered; nobody rang yet. */
async function anAnswer(text: string, answerOf: (messageId: number) => AssistantAnswer | unknown) {
  const botId = await stage.aBot({ quietMs: 0 });
  await stage.says(botId, [text]);
  const sql =
    'select l.id, m.id as message_id from leads l join lead_messages m on m.lead_id = l.id where l.bot_id = $1';
  const found = await waitFor(async () => (await stage.query<{ id: number; message_id: number }>(sql, [botId]))[0], {
    what: 'the lead',
  });
  const taken = await waitFor(
    async () => {
      const turn = await turns.take(found.id, 60_000);
      return turn.taken && turn;
    },
    { what: 'the turn' },
  );
  const stored = await turns.store(found.id, taken.turnNo, 20_000, {
    answer: answerOf(found.message_id),
    kind: 'reply',
    uptoSeq: taken.uptoSeq,
    ownerVersion: taken.ownerVersion,
    promptVersion: 1,
    model: 'test',
    inputTokens: null,
    outputTokens: null,
    latencyMs: 1,
    correlationId: 'cid-of-the-story',
  });
  if (stored.outcome !== 'stored') throw new Error(stored.outcome);
  const { turnId } = stored;
  const ring = () => stage.ring(replyDeliver, { workspaceId: stage.workspaceId, turnId });
  const settled = () =>
    waitFor(
      async () => {
        const rows = await stage.query<{ delivered_at: Date | null; refused: string | null }>(
          'select delivered_at, refused from ai_turns where id = $1',
          [turnId],
        );
        return rows[0] && (rows[0].delivered_at ?? rows[0].refused) !== null && rows[0];
      },
      { what: 'the turn to be filed or refused' },
    );
  const replies = () =>
    stage.query<{ message: string; status: string; correlation_id: string }>(
      "select message, status, correlation_id from lead_messages where lead_id = $1 and sender = 'bot'",
      [found.id],
    );
  const lead = async () => (await stage.gateway.workspace(stage.workspaceId).leads.get(found.id)) ?? undefined;
  return { botId, leadId: found.id, turnId, ring, settled, replies, lead };
}

const qualifying = (messageId: number): AssistantAnswer => ({
  replies: ['Nice to meet you, Ana!'],
  fields: [{ name: 'name', value: 'Ana Souza', messageId, quote: 'Ana Souza', confidence: 0.9 }],
  handoff: null,
});

test('facts with evidence qualify the lead, and the reply is queued and rung for', async () => {
  const { botId, ring, settled, replies, lead } = await anAnswer('I am Ana Souza, ana@example.com', qualifying);
  await ring();
  await settled();
  expect(await lead()).toMatchObject({ name: 'Ana Souza', status: 'qualified', waitingReason: 'qualified' });
  expect(await replies()).toEqual([
    { message: 'Nice to meet you, Ana!', status: 'queued', correlation_id: 'cid-of-the-story' },
  ]);
  await waitFor(() => rung.includes(botId), { what: 'the bell of the runner' });
  await waitFor(() => heard.some(({ id }) => id === 'NEW_QUALIFIED_LEAD'), { what: 'the news' });
  await service.waitForLog('turn.delivered', (line) => line.cid === 'cid-of-the-story');
  assertLogsClean(service.logs, ['Ana Souza', 'Nice to meet you', 'ana@example.com']);
});

test('the same turn delivered twice is delivered once', async () => {
  const { ring, settled, replies, leadId } = await anAnswer('hello', () => ({ replies: ['Hi!'], fields: [] }));
  await Promise.all([ring(), ring()]);
  await settled();
  // A bell that finds another one waiting melts into it.
  await stage.idle(replyDeliver);
  await withCorrelation('again', ring);
  await service.waitForLog('command.done', ({ cid }) => cid === 'again');
  expect(service.logs.filter((line) => line.event === 'turn.delivered' && line.leadId === leadId)).toHaveLength(1);
  expect(await replies()).toHaveLength(1);
});

test('a takeover between answer and delivery: the facts are kept, the replies are not', async () => {
  const { leadId, ring, settled, replies, lead } = await anAnswer('I am Ana Souza', qualifying);
  const { leads } = stage.gateway.workspace(stage.workspaceId);
  expect(await leads.takeOver(leadId, stage.vendor, { force: false })).toMatchObject({ outcome: 'taken' });
  await ring();
  await settled();
  expect(await lead()).toMatchObject({ name: 'Ana Souza', owner: 'human' });
  expect(await replies()).toEqual([]);
});

test('a fact without evidence is dropped', async () => {
  const { ring, settled, lead } = await anAnswer('no name here', qualifying);
  await ring();
  await settled();
  expect(await lead()).toMatchObject({ name: null, status: 'capturing' });
});

test('with lead capture off what the model claims is not kept', async () => {
  const { botId, ring, settled, replies, lead } = await anAnswer('I am Ana Souza', qualifying);
  const { features } = stage.gateway.workspace(stage.workspaceId);
  const now = await features.get(botId);
  if (now) await features.put(botId, { ...now, leadCaptureEnabled: false }, now.version, stage.admin);
  await ring();
  await settled();
  expect(await lead()).toMatchObject({ name: null });
  expect(await replies()).toHaveLength(1);
});

test('an answer that is none is refused once and for all, and a person is called', async () => {
  const { turnId, leadId, ring, settled, replies, lead } = await anAnswer('hello', () => ({
    something: 'else entirely',
  }));
  const told = () => heard.filter((news) => news.id === 'LEAD_UPDATED' && news.leadId === leadId).length;
  await waitFor(() => told() === 1, { what: 'the news of the message' });
  await ring();
  expect(await settled()).toMatchObject({ delivered_at: null, refused: expect.any(String) });
  expect(await replies()).toEqual([]);
  await service.waitForLog('turn.refused', (line) => line.turnId === turnId);
  expect(await lead()).toMatchObject({ owner: 'bot', waitingReason: 'message' });
  await waitFor(() => told() === 2, { what: 'the news that the customer waits' });
  // Whoever looks after the customer is not called twice.
  await stage.query('update leads set waiting_since = null, waiting_reason = null where id = $1', [leadId]);
  const { turns: theirs } = (await storesAs('lead-worker', stage.database)).workspace(stage.workspaceId);
  expect(await theirs.refuse(turnId, 'again')).toBe(false);
  expect(await lead()).toMatchObject({ waitingReason: null });
});

test('one that is none and was made before a takeover calls nobody: a person has the chat', async () => {
  const { leadId, ring, settled, lead } = await anAnswer('hello', () => ({ something: 'else entirely' }));
  const { leads } = stage.gateway.workspace(stage.workspaceId);
  await leads.takeOver(leadId, stage.vendor, { force: false });
  await ring();
  await settled();
  expect(await lead()).toMatchObject({ owner: 'human', waitingReason: null });
});
