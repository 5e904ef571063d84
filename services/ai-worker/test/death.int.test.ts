import { startService, waitFor } from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import { answering, openTurns, type Turns } from './turns.ts';

let turns: Turns;
beforeAll(async () => {
  turns = await openTurns();
  await startService('scheduler', { ...turns.stage.env, SWEEP_MS: '500', SWEEP_GRACE_MS: '500' });
});

/** A worker in the middle of a call that will never be answered. */
async function inTheMiddle(text: string) {
  const { stage, model } = turns;
  const worker = await turns.startAiWorker();
  const botId = await stage.aBot({ quietMs: 50, maxWaitMs: 30_000 });
  model.answerWith(() => ({ hang: true }));
  await stage.says(botId, [text]);
  const request = await waitFor(() => turns.requestsWith(text)[0], { what: 'the request' });
  model.answerWith(answering(`Answered: ${text}`));
  return { worker, botId, request };
}

// The call never ends: who waited for it would be past the deadline of a stop, and end with 1.
test('a worker asked to stop gives its turn back at once, and another answers', async () => {
  const { worker, botId, request } = await inTheMiddle('stopped-in-the-middle');
  worker.kill('SIGTERM');
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  await waitFor(() => request.aborted, { what: 'the call to be hung up' });
  expect(await turns.leadOf(botId)).toMatchObject({ turn_until: null, turn_failures: 0 });
  const successor = await turns.startAiWorker();
  expect(await turns.repliesOf(botId, 1)).toEqual(['Answered: stopped-in-the-middle']);
  await successor.stop();
  const left =
    "select 1 from pg_stat_activity where application_name = 'wbm ai-worker' and datname = current_database()";
  await waitFor(async () => (await turns.stage.query(left)).length === 0, { what: 'its connections to be closed' });
});

test('a killed worker’s turn is taken again when its lease runs out, and answered once', async () => {
  const { worker, botId } = await inTheMiddle('killed-in-the-middle');
  worker.kill('SIGKILL');
  await worker.exited;
  await turns.startAiWorker();
  expect(await turns.repliesOf(botId, 1, 90_000)).toEqual(['Answered: killed-in-the-middle']);
  expect(turns.requestsWith('killed-in-the-middle')).toHaveLength(2);
  expect(await turns.turnsOf(botId)).toHaveLength(1);
});
