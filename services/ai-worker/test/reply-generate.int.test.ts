import { queueCommands, replyGenerate } from '@wbm/contracts';
import { newCorrelationId, withCorrelation } from '@wbm/runtime';
import { assertLogsClean, type ModelRequest, type RunningService, waitFor } from '@wbm/testkit';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { answering, openTurns, type Turns } from './turns.ts';

let turns: Turns;
let service: RunningService;
beforeAll(async () => {
  turns = await openTurns();
  service = await turns.startAiWorker();
});
beforeEach(() => turns.model.answerWith(answering('Noted!')));

/** Bots of the tests before may ask for something too. */
const isFirst = (request: ModelRequest, text: string, count = 1) =>
  turns.requestsWith(text).slice(0, count).includes(request);

test('seven messages in a row get one turn, and the same customer on another bot has another conversation', async () => {
  const { stage } = turns;
  const [one, other] = await Promise.all([stage.aBot({ quietMs: 600_000, maxWaitMs: 600_000 }), stage.aBot()]);
  const texts = Array.from({ length: 7 }, (_, n) => `burst-${n}`);
  for (const text of texts) await stage.says(one, [text]);
  await stage.says(other, ['elsewhere-0']);
  const { id } = await turns.leadOf(one);
  await waitFor(
    async () => (await stage.query('select 1 from lead_messages where lead_id = $1', [id])).length === texts.length,
    { what: 'all of it to be filed' },
  );
  await turns.comesDue(id);
  expect(await turns.repliesOf(one, 1)).toEqual(['Noted!']);
  expect(await turns.repliesOf(other, 1)).toEqual(['Noted!']);
  const requests = turns.requestsWith('burst-');
  expect(requests).toHaveLength(1);
  for (const text of texts) expect(JSON.stringify(requests[0]?.body)).toContain(text);
  expect(JSON.stringify(requests[0]?.body)).not.toContain('elsewhere-0');
  expect(await turns.turnsOf(one)).toMatchObject([{ kind: 'reply', verdict: 'ok', upto_seq: 7, model: 'test-model' }]);
  expect(await turns.leadOf(one)).toMatchObject({ reply_due_at: null, turn_until: null, answered_seq: 7 });
  assertLogsClean(service.logs, ['burst-', 'Noted!', '5511987654321', 'key-of-the-test']);
});

test('a customer who never stops writing is answered at the maximum wait', async () => {
  const { stage } = turns;
  const botId = await stage.aBot({ quietMs: 30_000, maxWaitMs: 2_500 });
  const began = performance.now();
  await waitFor(
    async () => {
      await stage.says(botId, ['and another thing']);
      return turns.requestsWith('and another thing').length > 0;
    },
    { what: 'the request', intervalMs: 150 },
  );
  const waited = performance.now() - began;
  expect(waited).toBeGreaterThan(2_000);
  expect(waited).toBeLessThan(25_000);
  await turns.repliesOf(botId, 1);
});

test('newer messages supersede a running turn; the next one has read them all', async () => {
  const { stage, model } = turns;
  const botId = await stage.aBot({ quietMs: 100, maxWaitMs: 30_000 });
  model.answerWith((request) => (isFirst(request, 'superseded-one') ? { hang: true } : answering('Both read')()));
  await stage.says(botId, ['superseded-one']);
  await waitFor(() => turns.requestsWith('superseded-one').length === 1, { what: 'the first request' });
  await stage.says(botId, ['superseded-two']);
  expect(await turns.repliesOf(botId, 1)).toEqual(['Both read']);
  const requests = turns.requestsWith('superseded-one');
  expect(requests).toHaveLength(2);
  expect(requests[0]?.aborted).toBe(true);
  expect(JSON.stringify(requests[1]?.body)).toContain('superseded-two');
  expect(await turns.turnsOf(botId)).toHaveLength(1);
});

test('past the maximum wait a running turn is left alone, and what came meanwhile is answered next', async () => {
  const { stage, model } = turns;
  const botId = await stage.aBot({ quietMs: 100, maxWaitMs: 200 });
  model.answerWith((request) =>
    turns.requestsWith('slow-two').includes(request)
      ? answering('And the second')()
      : { ...answering('Slowly')(), delayMs: 4_000 },
  );
  await stage.says(botId, ['slow-one']);
  await waitFor(() => turns.requestsWith('slow-one').length === 1, { what: 'the first request' });
  await stage.says(botId, ['slow-two']);
  expect(await turns.repliesOf(botId, 2)).toEqual(['Slowly', 'And the second']);
  expect(turns.requestsWith('slow-one').map(({ aborted }) => aborted)).toEqual([false, false]);
});

test('a lead that cannot be read is put off like any failure, and answered once it can', async () => {
  const { stage } = turns;
  const botId = await stage.aBot({ quietMs: 600_000, maxWaitMs: 600_000 });
  await stage.says(botId, ['unreadable']);
  const { id } = await turns.leadOf(botId);
  await stage.query("update leads set status = 'nonsense' where id = $1", [id]);
  await turns.comesDue(id);
  const putOff = 'select 1 from leads where id = $1 and turn_failures > 0 and turn_until is null';
  await waitFor(async () => (await stage.query(putOff, [id]))[0], { what: 'the failure on the row' });
  await stage.query("update leads set status = 'capturing' where id = $1", [id]);
  expect(await turns.repliesOf(botId, 1)).toEqual(['Noted!']);
});

test('an answer that cannot be used is asked for again, once', async () => {
  const { stage, model } = turns;
  const botId = await stage.aBot({ quietMs: 50 });
  model.answerWith((request) =>
    isFirst(request, 'regenerate-me') ? { content: 'Sure thing!' } : answering('As JSON')(),
  );
  await stage.says(botId, ['regenerate-me']);
  expect(await turns.repliesOf(botId, 1)).toEqual(['As JSON']);
  expect(turns.requestsWith('regenerate-me')).toHaveLength(2);
  const [turn] = await turns.turnsOf(botId);
  expect(turn?.verdict).toMatch(/^regenerated: /);
});

test('a model that fails and recovers answers in the end, without anybody ringing', async () => {
  const { stage, model } = turns;
  const botId = await stage.aBot({ quietMs: 50 });
  model.answerWith((request) =>
    isFirst(request, 'failing-at-first', 2) ? { status: 500 } : answering('Back again')(),
  );
  await stage.says(botId, ['failing-at-first']);
  expect(await turns.repliesOf(botId, 1)).toEqual(['Back again']);
  expect(turns.requestsWith('failing-at-first')).toHaveLength(3);
  expect(await turns.leadOf(botId)).toMatchObject({ turn_failures: 0, waiting_reason: null });
});

test('a model that refuses for good calls a person, and the trying goes on', async () => {
  const { stage, model } = turns;
  const botId = await stage.aBot({ quietMs: 50 });
  model.answerWith(() => ({ status: 401 }));
  await stage.says(botId, ['refused-by-the-api']);
  await waitFor(async () => (await turns.leadOf(botId)).waiting_reason === 'message', {
    what: 'the call for a person',
  });
  model.answerWith(answering('The key is right now'));
  expect(await turns.repliesOf(botId, 1)).toEqual(['The key is right now']);
});

test('out of hours the turn is a capture: facts, and silence', async () => {
  const { stage, model } = turns;
  const botId = await stage.aBot({ quietMs: 50 });
  const { features } = stage.gateway.workspace(stage.workspaceId);
  const now = await features.get(botId);
  const soon = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
  const closed = { workingHoursEnabled: true, workingHoursStart: soon(4), workingHoursEnd: soon(5) };
  if (now) await features.put(botId, { ...now, ...closed }, now.version, stage.admin);
  model.answerWith((request) => {
    const messageId = Number(/\\"id\\":(\d+)/.exec(JSON.stringify(request.body.messages))?.[1] ?? 0);
    const name = { name: 'name', value: 'Ana Souza', messageId, quote: 'Ana Souza', confidence: 1 };
    return { content: { replies: ['We are closed, but…'], fields: [name], handoff: null } };
  });
  await stage.says(botId, ['My name is Ana Souza']);
  await waitFor(async () => (await turns.leadOf(botId)).name === 'Ana Souza', { what: 'the captured name' });
  expect(await turns.turnsOf(botId)).toMatchObject([{ kind: 'capture' }]);
  expect(await stage.query("select 1 from lead_messages where bot_id = $1 and sender = 'bot'", [botId])).toEqual([]);
});

test('a turn that nobody wants any more is skipped without asking the model, and nothing stays due', async () => {
  const { stage } = turns;
  const botId = await stage.aBot({ quietMs: 600_000, maxWaitMs: 600_000 });
  await stage.says(botId, ['never-mind']);
  const { id } = await turns.leadOf(botId);
  const { features } = stage.gateway.workspace(stage.workspaceId);
  const now = await features.get(botId);
  const off = { autoResponseEnabled: false, leadCaptureEnabled: false };
  if (now) await features.put(botId, { ...now, ...off }, now.version, stage.admin);
  await turns.comesDue(id);
  await waitFor(async () => (await turns.turnsOf(botId))[0]?.delivered_at, { what: 'the skipped turn' });
  expect(await turns.turnsOf(botId)).toMatchObject([{ verdict: 'skipped', model: 'none' }]);
  expect(await turns.leadOf(botId)).toMatchObject({ reply_due_at: null });
  expect(turns.requestsWith('never-mind')).toEqual([]);
});

test('a bell for nothing due, or for no lead, rings no other', async () => {
  const { stage } = turns;
  const { workspaceId } = stage;
  const botId = await stage.aBot({ quietMs: 50 });
  await stage.says(botId, ['answered already']);
  await turns.repliesOf(botId, 1);
  const { id } = await turns.leadOf(botId);
  const cid = newCorrelationId();
  const done = () => service.logs.filter((line) => line.event === 'command.done' && line.cid === cid);
  for (const leadId of [id, 2_000_000_000])
    await withCorrelation(cid, () => stage.ring(replyGenerate, { workspaceId, leadId }));
  await waitFor(() => done().length >= 2, { what: 'both bells to be handled' });
  await Promise.all(Object.values(queueCommands).map(stage.idle));
  expect(done()).toHaveLength(2);
});
