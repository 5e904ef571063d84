import { aStage, type RunningService, type Stage, startHearing, startService, waitFor } from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';

let stage: Stage;
let service: RunningService;
const heard: string[] = [];
const woken: string[] = [];

beforeAll(async () => {
  stage = await aStage();
  stage.bus.onNews(({ id }) => heard.push(id));
  stage.bus.listen('bot-runner', {
    'bot.wake': ({ botId }) => woken.push(botId),
    'message.send': () => undefined,
    'sandbox.wake': () => undefined,
  });
  await startHearing(stage.bus);
  service = await startService('scheduler', { ...stage.env, SWEEP_MS: '200', SWEEP_GRACE_MS: '0' });
});

async function aBotWithScheduling(schedulingEnabled: boolean) {
  const botId = await stage.aBot();
  const { features } = stage.gateway.workspace(stage.workspaceId);
  const now = await features.get(botId);
  if (now) await features.put(botId, { ...now, schedulingEnabled }, now.version, stage.admin);
  return botId;
}

async function schedule(botId: string, action: string, inMs = 0): Promise<number> {
  const [row] = await stage.query<{ id: number }>(
    `insert into schedules (workspace_id, bot_id, action, scheduled_at, created_by)
     values ($1, $2, $3, now() + $4 * interval '1 millisecond', $5) returning id`,
    [stage.workspaceId, botId, action, inMs, stage.admin],
  );
  return row?.id ?? 0;
}

const executed = (id: number) =>
  waitFor(
    async () => {
      const [row] = await stage.query<{ status: string; executed: boolean }>(
        'select status, executed, executed_at from schedules where id = $1',
        [id],
      );
      return row?.executed && row;
    },
    { what: 'the schedule to be executed' },
  );
const statusOf = async (botId: string) => (await stage.gateway.workspace(stage.workspaceId).bots.get(botId))?.status;

test('a due schedule sets the bot’s status, once, and tells', async () => {
  const botId = await aBotWithScheduling(true);
  expect(await executed(await schedule(botId, 'disable'))).toMatchObject({ status: 'executed' });
  expect(await statusOf(botId)).toBe('disabled');
  expect(await executed(await schedule(botId, 'enable', 300))).toMatchObject({ status: 'executed' });
  expect(await statusOf(botId)).toBe('enabled');
  await waitFor(() => woken.includes(botId) && heard.includes('UPDATE_BOT'), { what: 'bell and news' });
  const runs = () => service.logs.filter(({ event, botId: of }) => event === 'schedule.executed' && of === botId);
  // The second line comes after what it tells of.
  await waitFor(() => runs().length >= 2, { what: 'both runs to be logged' });
  expect(runs()).toHaveLength(2);
});

test.each([
  ['scheduling is off', false, 'disable'],
  ['nobody knows the action', true, 'explode'],
])('where %s its moment passes without effect', async (_what, on, action) => {
  const botId = await aBotWithScheduling(on);
  expect(await executed(await schedule(botId, action))).toMatchObject({ status: 'skipped' });
  expect(await statusOf(botId)).toBe('enabled');
});
