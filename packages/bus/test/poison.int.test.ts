import { queueCommands } from '@wbm/contracts';
import {
  aStage,
  assertLogsClean,
  closeAfterwards,
  type RunningService,
  redisUrl,
  type Stage,
  startService,
  waitFor,
} from '@wbm/testkit';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, test } from 'vitest';

const commands = Object.values(queueCommands);
const services = new Map<string, RunningService>();
let stage: Stage;
let connection: Redis;

beforeAll(async () => {
  stage = await aStage();
  connection = new Redis(redisUrl(), { maxRetriesPerRequest: null });
  closeAfterwards('redis', () => connection.disconnect());
  for (const owner of new Set(commands.map((command) => command.owner))) {
    services.set(owner, await startService(owner, { ...stage.env, SWEEP_MS: '500' }));
  }
});

const serviceOf = (owner: string) => {
  const service = services.get(owner);
  if (!service) throw new Error(`${owner} was not started`);
  return service;
};
const poisonCounted = async (owner: string, command: string) => {
  const metrics = await (await fetch(`http://127.0.0.1:${serviceOf(owner).opsPort}/metrics`)).text();
  const line = metrics
    .split('\n')
    .find((text) => text.startsWith('wbm_bus_poison_total') && text.includes(`"${command}"`));
  return Number(line?.split(' ').at(-1) ?? 0);
};

describe('jobs that somebody put in by hand', () => {
  test.each(commands)('$id: fails at once, is told by path, counted and listed', async ({ id, owner }) => {
    const prefix = `{${stage.env.REDIS_PREFIX}.${id}}`;
    const queue = new Queue(id, { connection, prefix, skipVersionCheck: true });
    const often = { attempts: 10, backoff: { type: 'fixed', delay: 10 } };
    const payload = { workspaceId: 'Maria Silva', botId: 'demo', text: 'secret words' };
    await queue.add(id, { cid: 'by-hand', payload }, often);
    await queue.add(id, 'not an envelope', often);
    await queue.add('nobody.knows', { cid: 'by-hand', payload: {} }, often);

    const failed = await waitFor(
      async () => {
        const listed = (await stage.bus.failed())[id];
        return listed?.length === 3 && listed;
      },
      { what: 'three failed jobs' },
    );
    expect(failed.map(({ reason, attempts }) => [reason, attempts])).toEqual(Array(3).fill(['poison', 1]));
    expect(await poisonCounted(owner, id)).toBe(3);
    const told = serviceOf(owner).logs.filter((line) => line.event === 'command.poison' && line.command === id);
    const paths = told.map((line) => line.paths as string[]);
    expect(paths.flat()).toEqual(expect.arrayContaining(['payload.workspaceId', '(envelope)', '(unknown id)']));
    expect(told.map((line) => line.level)).toEqual(Array(3).fill('error'));
    await queue.close();
  });

  test('and the services go on: a customer is answered, a schedule is run, and nothing was quoted', async () => {
    const botId = await stage.aBot({ quietMs: 50 });
    await stage.says(botId, ['hello there']);
    await waitFor(
      async () =>
        (await stage.query(`select 1 from lead_messages where bot_id = $1 and sender = 'bot'`, [botId])).length > 0,
      { what: 'an answer' },
    );
    await stage.query(
      `insert into schedules (workspace_id, bot_id, action, scheduled_at, created_by) values ($1, $2, 'disable', now(), $3)`,
      [stage.workspaceId, botId, stage.admin],
    );
    await waitFor(
      async () => (await stage.query('select 1 from schedules where bot_id = $1 and executed', [botId])).length > 0,
      { what: 'the schedule to be run' },
    );
    for (const service of services.values()) {
      await waitFor(async () => (await fetch(`http://127.0.0.1:${service.opsPort}/ready`)).status === 200, {
        what: 'the service to be ready',
      });
      assertLogsClean(service.logs, ['Maria', 'Silva', 'secret words', 'hello there']);
    }
  });
});
