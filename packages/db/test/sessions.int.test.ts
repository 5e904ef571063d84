import { randomUUID } from 'node:crypto';
import { aStage, type Stage } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';

const BY = 'admin@bot.test';
const runnerId = randomUUID();

let stage: Stage;
beforeAll(async () => {
  stage = await aStage();
  await stage.runner.fleet.beat(runnerId, 'here', 100, false, 600_000);
  // Long enough that it may take what dead runners had.
  await stage.query('update runners set since = now() - interval $$1 hour$$');
});

const snapshots = () => stage.runner.workspace(stage.workspaceId).snapshots;
const bots = () => stage.gateway.workspace(stage.workspaceId).bots;
const take = async (botId: string, by = runnerId) =>
  (await stage.runner.fleet.take(by, 100)).find((held) => held.botId === botId);

/** A bot in its first run. */
async function aTakenBot(): Promise<{ botId: string; epoch: number }> {
  const botId = await stage.aBot({ engine: 'whatsapp-web.js' });
  return { botId, epoch: (await take(botId))?.runEpoch ?? -1 };
}
const add = (botId: string, epoch: number, id = randomUUID()) => snapshots().add(botId, epoch, { id, size: 3 });

describe('copies', () => {
  test('a run that lost the bot enters none; the newest of the last run comes first', async () => {
    const { botId, epoch } = await aTakenBot();
    const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
    expect(await add(botId, epoch, first)).toBe(true);
    expect(await add(botId, epoch, first)).toBe(true);
    await stage.runner.fleet.release(runnerId, [botId]);
    const later = (await take(botId))?.runEpoch ?? -1;
    expect(later).toBe(epoch + 1);
    expect(await add(botId, epoch)).toBe(false);
    expect(await add(botId, later, second)).toBe(true);
    expect(await add(botId, later, third)).toBe(true);
    expect((await snapshots().valid(botId)).map(({ id }) => id)).toEqual([third, second, first]);
  });

  test('what is void, and more than is kept, is forgotten', async () => {
    const { botId, epoch } = await aTakenBot();
    const ids = Array.from({ length: 5 }, () => randomUUID());
    for (const id of ids) await add(botId, epoch, id);
    await snapshots().void(botId, ids[4] ?? '', 'unreadable');
    expect(await snapshots().prune(botId, epoch, 2)).toEqual([ids[3], ids[2]]);
    expect((await snapshots().valid(botId)).map(({ id }) => id)).toEqual([ids[3], ids[2]]);
    await snapshots().voidAll(botId, epoch - 1, 'logged-out');
    expect(await snapshots().valid(botId)).toHaveLength(2);
    await snapshots().voidAll(botId, epoch, 'logged-out');
    expect(await snapshots().valid(botId)).toEqual([]);
    expect(await snapshots().prune(botId, epoch, 2)).toEqual([]);
  });

  test('a run that lost the bot forgets none of a later one', async () => {
    const { botId, epoch } = await aTakenBot();
    const id = randomUUID();
    await add(botId, epoch, id);
    expect(await snapshots().prune(botId, epoch - 1, 0)).toBeNull();
    expect((await snapshots().valid(botId)).map((copy) => copy.id)).toEqual([id]);
  });
});

describe('a deleted bot', () => {
  test('is held to be erased, enters no copy, and is let go for good when it is erased', async () => {
    const { botId, epoch } = await aTakenBot();
    await add(botId, epoch);
    await bots().archive(botId, BY);
    const held = await stage.runner.fleet.beat(runnerId, 'here', 100, false, 600_000);
    expect(held.find((bot) => bot.botId === botId)).toMatchObject({ status: 'erase', runEpoch: epoch });
    expect(await add(botId, epoch)).toBe(false);
    expect(await snapshots().erased(botId, epoch - 1)).toBe(false);
    await snapshots().setLoggedOut(botId, epoch - 1, null);
    expect(await snapshots().loggedOut(botId)).toBeNull();
    await snapshots().setLoggedOut(botId, epoch, 'other-key');
    expect(await snapshots().loggedOut(botId)).toBe(false);
    const fault = await stage.query<{ details: unknown }>(
      `select details from audit_log where action = 'bot.not-logged-out' and subject = $1`,
      [`bot:${botId}`],
    );
    expect(fault).toEqual([{ details: { why: 'other-key' } }]);
    await snapshots().setLoggedOut(botId, epoch, null);
    expect(await snapshots().loggedOut(botId)).toBe(true);
    expect(await stage.runner.fleet.erased([botId])).toEqual([]);
    expect(await snapshots().erased(botId, epoch)).toBe(true);
    expect(await snapshots().erased(botId, epoch)).toBe(false);
    expect(await stage.runner.fleet.erased([botId, 'no-such-bot'])).toEqual([botId]);
    expect(await snapshots().valid(botId)).toEqual([]);
    await stage.runner.fleet.release(runnerId, [botId]);
    expect(await take(botId)).toBeUndefined();
    const audit = await stage.query<{ details: unknown }>(
      `select details from audit_log where action = 'bot.session-erased' and subject = $1`,
      [`bot:${botId}`],
    );
    expect(audit).toEqual([{ details: { loggedOut: true } }]);
  });

  test('that nobody runs, or a dead runner had, is taken; one of the sandbox is not', async () => {
    const stopped = await stage.aBot({ engine: 'whatsapp-web.js' });
    await bots().setStatus(stopped, 'disabled', BY);
    const sandbox = await stage.aBot();
    expect(await take(stopped)).toBeUndefined();
    await stage.runner.fleet.release(runnerId, [sandbox]);
    for (const botId of [stopped, sandbox]) await bots().archive(botId, BY);
    expect((await stage.runner.fleet.counts(runnerId)).unplaced).toBe(1);

    const dead = randomUUID();
    await stage.runner.fleet.beat(dead, 'there', 100, false, 600_000);
    const taken = await stage.runner.fleet.take(dead, 100);
    expect(taken).toMatchObject([{ botId: stopped, status: 'erase' }]);
    await stage.query('update runners set until = now() - interval $$1 second$$ where id = $1', [dead]);
    expect(await take(stopped)).toMatchObject({ status: 'erase', runEpoch: (taken[0]?.runEpoch ?? 0) + 1 });
  });

  test('one that was not deleted is never called erased', async () => {
    const { botId, epoch } = await aTakenBot();
    expect(await snapshots().erased(botId, epoch)).toBe(false);
    expect(await take(botId)).toBeUndefined();
    expect(await add(botId, epoch)).toBe(true);
  });
});
