import { messageReceive, replyDeliver, replyGenerate } from '@wbm/contracts';
import {
  aBus,
  aRawMessage,
  aStage,
  type OwnRedis,
  ownRedis,
  type RunningService,
  type Stage,
  say,
  startHearing,
  startService,
  storesAs,
  waitFor,
} from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';

let redis: OwnRedis;
let stage: Stage;
let service: RunningService;
const rung: { readonly command: string; readonly payload: object }[] = [];
const rang = (command: string, payload: object) =>
  rung.some((one) => one.command === command && JSON.stringify(one.payload) === JSON.stringify(payload));

beforeAll(async () => {
  redis = await ownRedis({ durable: false });
  stage = await aStage({ redis: redis.url });
  const { REDIS_PREFIX = '' } = stage.env;
  const note = (command: string) => (payload: object) => void rung.push({ command, payload });
  const handling = (command: string) => ({ handler: note(command), concurrency: 1 });
  // Others who only write down what they are rung for.
  const buses = [
    aBus('lead-worker', redis.url, REDIS_PREFIX),
    aBus('ai-worker', redis.url, REDIS_PREFIX),
    stage.bus,
  ] as const;
  buses[0].handle('lead-worker', {
    'message.receive': handling(messageReceive.id),
    'reply.deliver': handling(replyDeliver.id),
  });
  buses[1].handle('ai-worker', { 'reply.generate': handling(replyGenerate.id) });
  buses[2].listen('bot-runner', {
    'message.send': note('message.send'),
    'sandbox.wake': note('sandbox.wake'),
    'bot.wake': note('bot.wake'),
  });
  buses[0].start();
  buses[1].start();
  await startHearing(buses[2]);
  service = await startService('scheduler', { ...stage.env, SWEEP_MS: '200', SWEEP_GRACE_MS: '100' });
});

test('whatever is due rings again after Redis forgot everything', async () => {
  const { workspaceId, query } = stage;
  const [leadWorker, aiWorker] = await Promise.all([
    storesAs('lead-worker', stage.database),
    storesAs('ai-worker', stage.database),
  ]);
  const stores = { runner: stage.runner, leadWorker };
  const botId = await stage.aBot();

  // One row of each kind, and nobody rang.
  const unfiled = await stage.hears(botId, [aRawMessage({ text: 'unfiled', phone: '+5511987650021' })], {
    ring: false,
  });
  const due = await say(stores, { workspaceId, botId }, ['due'], { phone: '+5511987650022' });
  const answered = await say(stores, { workspaceId, botId }, ['answered'], { phone: '+5511987650023' });
  const turns = aiWorker.workspace(workspaceId).turns;
  const taken = await turns.take(answered.leadId, 10_000);
  if (!taken.taken) throw new Error('not taken');
  const stored = await turns.store(answered.leadId, taken.turnNo, 20_000, {
    ...taken,
    answer: { replies: [], fields: [] },
    promptVersion: 1,
    model: 'test',
    inputTokens: null,
    outputTokens: null,
    latencyMs: 1,
    correlationId: 'c',
  });
  const turnId = stored.outcome === 'stored' ? stored.turnId : 0;
  await query("update leads set owner = 'human', assigned_to = $2 where id = $1", [answered.leadId, stage.vendor]);
  const { messages, sandbox } = stage.gateway.workspace(workspaceId);
  const by = { author: stage.vendor, force: false, clientId: 'c1', correlationId: 'c' };
  await messages.post({ leadId: answered.leadId, text: 'from sales', ...by });
  const phone = { phone: '+5511987650024', waMessageId: 'wa-1', author: 'customer', text: 'hi' } as const;
  await sandbox.post(botId, phone);

  const expected: [string, object][] = [
    [messageReceive.id, { workspaceId, botId, chatId: unfiled }],
    [replyGenerate.id, { workspaceId, leadId: due.leadId }],
    [replyDeliver.id, { workspaceId, turnId }],
    ['message.send', { workspaceId, botId }],
    ['sandbox.wake', { workspaceId, botId }],
  ];
  const allRang = () => waitFor(() => expected.every(([command, ids]) => rang(command, ids)), { what: 'every bell' });
  await allRang();

  await redis.stop('kill');
  await redis.start();
  rung.length = 0;
  await allRang();
});

test('one sweep that fails says so once, and the next ones go on', async () => {
  await stage.query('alter function app.sweep(int, int) rename to sweep_away');
  await service.waitForLog('sweep.failing');
  await stage.query('alter function app.sweep_away(int, int) rename to sweep');
  await service.waitForLog('sweep.recovered');
  expect(service.logs.filter(({ event }) => event === 'sweep.failing')).toHaveLength(1);
});
