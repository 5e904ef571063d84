import {
  aNewBot,
  aWorkspace,
  freshDatabase,
  ownerQuery,
  say,
  storesAs,
  type TestDatabase,
  type TestWorkspace,
  waitFor,
} from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import { type Database, issueSignInLinks, seedDemoBot, seedWorkspace } from '../src/index.ts';

let database: TestDatabase;
let people: TestWorkspace;
let gateway: Database;
beforeAll(async () => {
  database = await freshDatabase();
  people = await aWorkspace(database, 'acme');
  gateway = await storesAs('gateway', database);
});

test('a bot comes with features and a first prompt; edits need the version they were made on', async () => {
  const { bots, features } = gateway.workspace(people.workspaceId);
  const made = await bots.create(aNewBot({ id: 'edited', prompt: 'one' }));
  expect(made).toMatchObject({
    version: 1,
    promptVersion: 1,
    status: 'enabled',
    state: 'stopped',
    qualification: [['name'], ['phone', 'email']],
  });
  expect(await bots.update('edited', { name: 'New name' }, 1, people.admin)).toMatchObject({
    name: 'New name',
    version: 2,
    promptVersion: 1,
  });
  expect(await bots.update('edited', { prompt: 'two', qualification: [['email']] }, 2, people.admin)).toMatchObject({
    version: 3,
    promptVersion: 2,
    qualification: [['email']],
  });
  expect(await bots.update('edited', { name: 'Late' }, 2, people.admin)).toBe('stale');
  expect(await bots.update('nobody', { name: 'x' }, 1, people.admin)).toBe('not-found');

  const before = await features.get('edited');
  expect(before).toMatchObject({ autoResponseEnabled: true, workingHoursStart: '09:00', version: 1 });
  if (before === null) throw new Error('no features');
  expect(await features.put('edited', { ...before, autoResponseEnabled: false }, 1, people.admin)).toMatchObject({
    autoResponseEnabled: false,
    version: 2,
  });
  expect(await features.put('edited', before, 1, people.admin)).toBe('stale');
  expect(await features.put('nobody', before, 1, people.admin)).toBe('not-found');
});

test('an archived bot is in no list, takes no edits and is still there to be read', async () => {
  const { bots } = gateway.workspace(people.workspaceId);
  await bots.create(aNewBot({ id: 'gone' }));
  expect(await bots.setStatus('gone', 'disabled', people.admin)).toBe(true);
  expect(await bots.restart('gone', people.admin)).toBe(true);
  expect(await bots.get('gone')).toMatchObject({ status: 'enabled' });
  expect(await bots.archive('gone', people.admin)).toEqual([]);
  expect(await bots.archive('gone', people.admin)).toBeNull();
  expect(await bots.setStatus('gone', 'enabled', people.admin)).toBe(false);
  expect(await bots.update('gone', { name: 'x' }, 1, people.admin)).toBe('stale');
  expect((await bots.list()).map((bot) => bot.id)).not.toContain('gone');
  expect((await bots.list({ includeArchived: true })).map((bot) => bot.id)).toContain('gone');
  expect(await bots.get('gone')).toMatchObject({ status: 'disabled', archivedAt: expect.any(Date) });
  const audit = await ownerQuery(database.ownerUrl)<{ action: string }>(
    `select action from audit_log where subject = 'bot:gone' order by id`,
  );
  expect(audit.map((entry) => entry.action)).toEqual(['bot.created', 'bot.disabled', 'bot.restarted', 'bot.archived']);
});

test('a session tells its state; a run that lost the bot tells nothing', async () => {
  const runner = await storesAs('bot-runner', database);
  const { bots } = runner.workspace(people.workspaceId);
  await gateway.workspace(people.workspaceId).bots.create(aNewBot({ id: 'told' }));
  const [me, other] = [crypto.randomUUID(), crypto.randomUUID()];
  await runner.fleet.beat(me, 'here', 10, false, 60_000);
  const mine = (await runner.fleet.take(me, 100)).find((held) => held.botId === 'told');
  const epoch = mine?.runEpoch ?? -1;
  const qrExpiresAt = new Date('2030-01-01T00:00:00.000Z');
  expect(await bots.setState('told', epoch, { state: 'needs-scan', qr: 'code', qrExpiresAt })).toBe(true);
  expect(await bots.get('told')).toMatchObject({ state: 'needs-scan', qr: 'code', qrExpiresAt });
  expect(await bots.setState('told', epoch, { state: 'ready', ownNumber: '+15551234567' })).toBe(true);
  expect(await bots.get('told')).toMatchObject({ state: 'ready', qr: null, ownNumber: '+15551234567' });

  // The lease ran out: another runner has it now, and the first one's word counts no more.
  const query = ownerQuery(database.ownerUrl);
  await query(`update runners set until = now() - interval '1 second' where id = $1`, [me]);
  await runner.fleet.beat(other, 'there', 10, false, 60_000);
  await query(`update runners set since = now() - interval '1 hour' where id = $1`, [other]);
  const taken = async () => (await runner.fleet.take(other, 100)).find((held) => held.botId === 'told');
  expect(await waitFor(taken, { what: 'the other runner to get the bot' })).toEqual({
    workspaceId: people.workspaceId,
    botId: 'told',
    runEpoch: epoch + 1,
    status: 'enabled',
    restartNo: 0,
  });
  expect(await bots.setState('told', epoch, { state: 'failed' })).toBe(false);
  expect(await runner.fleet.beat(me, 'here', 10, false, 60_000)).toEqual([]);
  expect(await runner.fleet.counts(other)).toMatchObject({ runners: 2, unplaced: 0 });
  expect(await runner.fleet.release(other, ['told', 'no-such-bot'])).toEqual(['told']);
  expect(await runner.fleet.counts(other)).toMatchObject({ unplaced: 1 });
  await runner.fleet.retire(other);
  await runner.fleet.retire(me);
  expect(await runner.fleet.counts(other)).toMatchObject({ runners: 0 });
});

test('where reading the past begins belongs to a number: another one is young, and was never read', async () => {
  const runner = await storesAs('bot-runner', database);
  const { bots } = runner.workspace(people.workspaceId);
  await gateway.workspace(people.workspaceId).bots.create(aNewBot({ id: 'numbered' }));
  const runnerId = crypto.randomUUID();
  await runner.fleet.beat(runnerId, 'here', 10, false, 60_000);
  const epoch = (await runner.fleet.take(runnerId, 100)).find(({ botId }) => botId === 'numbered')?.runEpoch ?? -1;
  const [one, another] = ['+15551230001', '+15551230002'];
  const ready = (ownNumber: string) => bots.setState('numbered', epoch, { state: 'ready', ownNumber });
  expect(await bots.readingFrom('numbered', one)).toMatchObject({ caughtUpTo: null, linkedAt: null });

  await ready(one);
  const { linkedAt } = (await bots.get('numbered')) ?? {};
  expect(linkedAt).toBeInstanceOf(Date);
  const [mark, summary] = [new Date(), { at: new Date().toISOString(), chats: 2, messages: 9 }];
  await bots.setCaughtUpTo('numbered', epoch, mark, summary);
  await bots.setCaughtUpTo('numbered', epoch + 1, new Date(0));
  await bots.setCaughtUpTo('numbered', epoch, null);
  await ready(one);
  expect(await bots.readingFrom('numbered', one)).toEqual({ caughtUpTo: mark, linkedAt, answerAgeMs: 43_200_000 });
  expect(await bots.get('numbered')).toMatchObject({ linkedAt, catchUp: summary });

  expect(await bots.readingFrom('numbered', another)).toMatchObject({ caughtUpTo: null, linkedAt: null });
  await ready(another);
  const now = await bots.readingFrom('numbered', another);
  expect(now.caughtUpTo).toBeNull();
  expect(now.linkedAt?.getTime()).toBeGreaterThanOrEqual(mark.getTime());

  // By a runner whose clock is ahead: what is written from now on is still to be read.
  await bots.setCaughtUpTo('numbered', epoch, new Date(Date.now() + 600_000));
  const { caughtUpTo } = await bots.readingFrom('numbered', another);
  expect(caughtUpTo?.getTime()).toBeLessThanOrEqual(Date.now());
  await runner.fleet.retire(runnerId);
});

test('the code that links a session is shown to people, and handed to no worker', async () => {
  const { workspaceId } = people;
  const [runner, leadWorker, aiWorker] = await Promise.all([
    storesAs('bot-runner', database),
    storesAs('lead-worker', database),
    storesAs('ai-worker', database),
  ]);
  const { bots } = gateway.workspace(workspaceId);
  const botId = 'linking';
  await bots.create(aNewBot({ id: botId }));
  const runnerId = crypto.randomUUID();
  await runner.fleet.beat(runnerId, 'here', 10, false, 60_000);
  const epoch = (await runner.fleet.take(runnerId, 100)).find((held) => held.botId === botId)?.runEpoch ?? -1;
  const { leadId, chatId } = await say({ runner, leadWorker }, { workspaceId, botId, epoch }, ['hello']);
  const turns = aiWorker.workspace(workspaceId).turns;
  const turn = await turns.take(leadId, 10_000);
  if (!turn.taken) throw new Error('no turn to take');
  const made = {
    answer: {},
    kind: turn.kind,
    uptoSeq: turn.uptoSeq,
    ownerVersion: turn.ownerVersion,
    promptVersion: 1,
  };
  const cost = { model: 'test', inputTokens: 1, outputTokens: 1, latencyMs: 1, correlationId: 'cid' };
  const stored = await turns.store(leadId, turn.turnNo, 2_000, { ...made, ...cost });
  const secrets = { qr: 'qr-code', qrExpiresAt: new Date('2030-01-01T00:00:00.000Z'), pairingCode: 'PAIR-CODE' };
  await runner.workspace(workspaceId).bots.setState(botId, epoch, { state: 'needs-scan', ...secrets });

  const { inbound, turns: delivery } = leadWorker.workspace(workspaceId);
  const seen = await Promise.all([
    inbound.gather(botId, chatId, 10),
    turns.gather(leadId, 1, 10),
    delivery.gatherDelivery(stored.outcome === 'stored' ? stored.turnId : 0),
  ]);
  const hidden = { state: 'needs-scan', qr: null, qrExpiresAt: null, pairingCode: null };
  for (const gathered of seen) expect(gathered?.bot).toMatchObject(hidden);
  expect(await bots.get(botId)).toMatchObject(secrets);
  expect((await bots.list()).find(({ id }) => id === botId)).toMatchObject(secrets);
});

test('a sign-in link works once, in time, and only while its person is a member', async () => {
  const { ownerUrl } = database;
  const emails = [people.admin, people.vendor];
  const first = await issueSignInLinks({ ownerUrl, workspaceId: people.workspaceId, emails, ttlMs: 60_000 });
  const second = await issueSignInLinks({
    ownerUrl,
    workspaceId: people.workspaceId,
    emails: [people.admin],
    ttlMs: 60_000,
  });
  expect(await gateway.signIn.redeem(first[people.admin] ?? '')).toBeNull();
  const redeemed = await gateway.signIn.redeem(second[people.admin] ?? '');
  expect(await gateway.signIn.redeem(second[people.admin] ?? '')).toBeNull();
  const { members } = gateway.workspace(people.workspaceId);
  expect(redeemed?.workspaceId).toBe(people.workspaceId);
  expect(await members.session(redeemed?.userId ?? '')).toEqual({
    email: people.admin,
    name: 'Ada Admin',
    role: 'admin',
    workspaceName: 'acme',
  });
  expect(await members.byEmail(people.vendor.toUpperCase())).toMatchObject({ email: people.vendor, role: 'vendor' });
  expect(await members.byEmail('stranger@acme.test')).toBeNull();
  expect(await members.list()).toHaveLength(3);
  const late = await issueSignInLinks({
    ownerUrl,
    workspaceId: people.workspaceId,
    emails: [people.vendor],
    ttlMs: -1,
  });
  expect(await gateway.signIn.redeem(late[people.vendor] ?? '')).toBeNull();
  const query = ownerQuery(ownerUrl);
  const last = await issueSignInLinks({
    ownerUrl,
    workspaceId: people.workspaceId,
    emails: [people.otherVendor],
    ttlMs: 60_000,
  });
  await query('delete from memberships m using users u where u.id = m.user_id and u.email = $1', [people.otherVendor]);
  expect(await gateway.signIn.redeem(last[people.otherVendor] ?? '')).toBeNull();
  expect(JSON.stringify(await query('select * from sign_in_tokens'))).not.toContain(last[people.otherVendor]);
});

test('seeds may be sown again', async () => {
  const { ownerUrl } = database;
  const seed = () =>
    seedWorkspace({ ownerUrl, name: 'seeded', members: [{ email: 'A@seeded.test', name: 'A', role: 'admin' }] });
  const [one, two] = await Promise.all([seed(), seed()]);
  expect(one).toEqual(two);
  await seedWorkspace({ ownerUrl, name: 'seeded', members: [{ email: 'a@seeded.test', role: 'vendor' }] });
  const stores = gateway.workspace(one.workspaceId);
  expect(await stores.members.list()).toMatchObject([{ email: 'a@seeded.test', name: 'A', role: 'vendor' }]);
  const demo = () => seedDemoBot({ ownerUrl, workspaceId: one.workspaceId, ownerEmail: 'a@seeded.test' });
  expect([await demo(), await demo()]).toEqual([
    { botId: 'demo', created: true },
    { botId: 'demo', created: false },
  ]);
  expect(await stores.bots.list()).toMatchObject([{ id: 'demo', engine: 'sandbox', promptVersion: 1 }]);
  expect(await stores.sandbox.device('demo')).toMatchObject({ linkedAt: null });
});

test('the sweep names what is due, to the scheduler only, and one replica at a time', async () => {
  const scheduler = await storesAs('scheduler', database);
  const query = ownerQuery(database.ownerUrl);
  const [row] = await query<{ id: number }>(
    `insert into schedules (workspace_id, bot_id, action, scheduled_at, created_by) values ($1, 'edited', 'disable', now() - interval '1 hour', 'a') returning id`,
    [people.workspaceId],
  );
  const due = { command: 'schedule.run', workspaceId: people.workspaceId, botId: 'edited', chatId: null, ref: row?.id };
  expect(await scheduler.sweep.due(0, 10)).toContainEqual(due);
  const { schedules } = scheduler.workspace(people.workspaceId);
  const id = row?.id ?? 0;
  expect(await schedules.get(id)).toMatchObject({ action: 'disable', executed: false });
  const at = new Date();
  expect([await schedules.markExecuted(id, at, 'done'), await schedules.markExecuted(id, at, 'done')]).toEqual([
    true,
    false,
  ]);
  expect(await scheduler.sweep.due(0, 10)).not.toContainEqual(due);
});
