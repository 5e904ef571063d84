import type { TurnKind } from '@wbm/domain';
import { aFiling, aNewBot, aRawMessage, aWorkspace, freshDatabase, ownerQuery, say, storesAs } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';

async function open() {
  const database = await freshDatabase();
  const { workspaceId, vendor } = await aWorkspace(database);
  const [gateway, runner, leadWorker, aiWorker, scheduler] = await Promise.all([
    storesAs('gateway', database),
    storesAs('bot-runner', database),
    storesAs('lead-worker', database),
    storesAs('ai-worker', database),
    storesAs('scheduler', database),
  ]);
  const runnerId = crypto.randomUUID();
  await runner.fleet.beat(runnerId, 'here', 100, false, 600_000);
  const stores = { gateway, runner, leadWorker, aiWorker, scheduler };
  return { workspaceId, vendor, ...stores, runnerId, query: ownerQuery(database.ownerUrl) };
}

let all: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  all = await open();
});

async function aRunningBot() {
  const bot = await all.gateway.workspace(all.workspaceId).bots.create(aNewBot({ quietMs: 0 }));
  if (bot === 'id-taken') throw new Error('id taken');
  const held = (await all.runner.fleet.take(all.runnerId, 100)).find((one) => one.botId === bot.id);
  return { workspaceId: all.workspaceId, botId: bot.id, epoch: held?.runEpoch ?? -1 };
}

async function aTurn(leadId: number) {
  const turn = await all.aiWorker.workspace(all.workspaceId).turns.take(leadId, 10_000);
  if (!turn.taken) throw new Error('no turn to take');
  return turn;
}

async function answered(leadId: number, turn: Awaited<ReturnType<typeof aTurn>>, reply: string) {
  const { kind, uptoSeq, ownerVersion } = turn;
  const answer = { answer: { replies: [reply], fields: [] }, kind: kind as TurnKind, uptoSeq, ownerVersion };
  const cost = { promptVersion: 1, model: 'test', inputTokens: 1, outputTokens: 1, latencyMs: 1, correlationId: 'cid' };
  const outcome = await all.aiWorker
    .workspace(all.workspaceId)
    .turns.store(leadId, turn.turnNo, 0, { ...answer, ...cost });
  if (outcome.outcome !== 'stored') throw new Error(outcome.outcome);
  return outcome.turnId;
}

async function deliver(turnId: number, reply: string) {
  const turns = all.leadWorker.workspace(all.workspaceId).turns;
  const gathered = await turns.gatherDelivery(turnId);
  const facts = { fields: [], values: {}, status: null, waitingReason: null };
  return turns.deliver(turnId, { facts, replies: [{ text: reply }], expectedVersion: gathered?.lead.version ?? 0 });
}

describe('history that is filed while a reply is made', () => {
  const filedMeanwhile = async (historyCapture: boolean) => {
    const to = await aRunningBot();
    await all.query('update bots set history_capture = $2 where id = $1', [to.botId, historyCapture]);
    const { leadId } = await say(all, to, ['hello']);
    const turn = await aTurn(leadId);
    await say(all, to, ['long ago'], { history: true, due: historyCapture ? 'capture' : null });
    await deliver(await answered(leadId, turn, 'Hi!'), 'Hi!');
    return { to, leadId, next: await all.aiWorker.workspace(all.workspaceId).turns.take(leadId, 10_000) };
  };

  test('is read for facts and not answered once more', async () => {
    expect(await filedMeanwhile(true)).toMatchObject({ next: { taken: true, kind: 'capture' } });
  });

  test('is left alone by a bot that does not read its past by model', async () => {
    const { to, leadId, next } = await filedMeanwhile(false);
    expect(next).toEqual({ taken: false, waitMs: null });
    await say(all, to, ['and now?']);
    expect(await aTurn(leadId)).toMatchObject({ kind: 'reply' });
  });

  test('takes no answer away from what the customer wrote meanwhile', async () => {
    const to = await aRunningBot();
    const { leadId } = await say(all, to, ['hello']);
    const turn = await aTurn(leadId);
    await say(all, to, ['and now?']);
    await say(all, to, ['long ago'], { history: true, due: 'capture' });
    await deliver(await answered(leadId, turn, 'Hi!'), 'Hi!');
    expect(await aTurn(leadId)).toMatchObject({ kind: 'reply' });
  });
});

describe('a chat given back to the bot', () => {
  test('while a capture turn runs: the customer is answered after it', async () => {
    const to = await aRunningBot();
    const { leads } = all.gateway.workspace(all.workspaceId);
    const { leadId } = await say(all, to, ['hello']);
    await leads.takeOver(leadId, all.vendor, { force: false });
    const capture = await aTurn(leadId);
    expect(capture.kind).toBe('capture');
    expect(await leads.release(leadId, all.vendor, { force: false, mayAnswer: true })).toMatchObject({
      replyInMs: expect.any(Number),
    });
    await deliver(await answered(leadId, capture, ''), '');
    expect(await aTurn(leadId)).toMatchObject({ kind: 'reply', uptoSeq: capture.uptoSeq });
  });

  test('whose answer was cancelled by the takeover: the customer is answered after all', async () => {
    const to = await aRunningBot();
    const { leads } = all.gateway.workspace(all.workspaceId);
    const { leadId } = await say(all, to, ['hello']);
    await deliver(await answered(leadId, await aTurn(leadId), 'Hi!'), 'Hi!');
    expect(await leads.takeOver(leadId, all.vendor, { force: false })).toMatchObject({
      cancelled: [expect.any(Number)],
    });
    expect(await leads.release(leadId, all.vendor, { force: false, mayAnswer: true })).toMatchObject({
      replyInMs: expect.any(Number),
    });
    expect(await aTurn(leadId)).toMatchObject({ kind: 'reply' });
  });

  test.each([
    ['may not answer now', false, null],
    ['would be refused by WhatsApp', true, 'refused'],
  ])('that %s: a customer who is owed an answer waits for a person, and no turn is due', async (_, mayAnswer, wall) => {
    const to = await aRunningBot();
    const { leads } = all.gateway.workspace(all.workspaceId);
    const { leadId } = await say(all, to, ['hello']);
    await leads.takeOver(leadId, all.vendor, { force: false });
    await all.query('update leads set write_first = $2, reply_due_at = null where id = $1', [leadId, wall]);
    expect(await leads.release(leadId, all.vendor, { force: false, mayAnswer })).toMatchObject({ replyInMs: null });
    expect(await leads.get(leadId)).toMatchObject({ owner: 'bot', assignedTo: null, waitingReason: 'message' });
    // One who waited already has waited since then.
    await leads.takeOver(leadId, all.vendor, { force: false });
    const since = new Date('2026-01-01T00:00:00Z');
    await all.query('update leads set waiting_since = $2 where id = $1', [leadId, since]);
    await leads.release(leadId, all.vendor, { force: false, mayAnswer });
    expect(await leads.get(leadId)).toMatchObject({ waitingSince: since, waitingReason: 'message' });
  });

  test('that may not answer now, but a person has answered: nobody waits', async () => {
    const to = await aRunningBot();
    const { leads, messages } = all.gateway.workspace(all.workspaceId);
    const { leadId } = await say(all, to, ['hello']);
    await leads.takeOver(leadId, all.vendor, { force: false });
    await messages.post({ leadId, author: all.vendor, force: false, text: 'Hi', clientId: 'c', correlationId: 'cid' });
    await leads.release(leadId, all.vendor, { force: false, mayAnswer: false });
    expect(await leads.get(leadId)).toMatchObject({ owner: 'bot', waitingSince: null, waitingReason: null });
  });

  test('of which only history is known: nobody is answered out of the blue', async () => {
    const to = await aRunningBot();
    const raw = { ...aRawMessage({ text: 'years ago' }), history: true };
    const [chat] = await all.runner.workspace(all.workspaceId).inbound.receive(to.botId, 1, [raw]);
    const inbound = all.leadWorker.workspace(all.workspaceId).inbound;
    const rows = (await inbound.gather(to.botId, chat?.chatId ?? '', 10))?.rows ?? [];
    const filed = await inbound.file(to.botId, chat?.chatId ?? '', aFiling('+5511987654321', rows, { due: null }));
    const leadId = filed.outcome === 'filed' ? filed.leadId : 0;
    const { leads } = all.gateway.workspace(all.workspaceId);
    await leads.takeOver(leadId, all.vendor, { force: false });
    expect(await leads.release(leadId, all.vendor, { force: false, mayAnswer: true })).toMatchObject({
      replyInMs: null,
    });
    await leads.takeOver(leadId, all.vendor, { force: false });
    await leads.release(leadId, all.vendor, { force: false, mayAnswer: false });
    expect(await leads.get(leadId)).toMatchObject({ waitingSince: null });
  });
});

describe('two answers', () => {
  test('the next turn waits until the last answer is filed, for it has to read it', async () => {
    const to = await aRunningBot();
    const { leadId } = await say(all, to, ['hello']);
    const turnId = await answered(leadId, await aTurn(leadId), 'Hi!');
    await say(all, to, ['and?']);
    const turns = all.aiWorker.workspace(all.workspaceId).turns;
    const refused = await turns.take(leadId, 10_000);
    expect(refused).toEqual({ taken: false, waitMs: expect.any(Number) });
    expect(refused.taken === false && refused.waitMs).toBeGreaterThan(0);
    await deliver(turnId, 'Hi!');
    const next = await aTurn(leadId);
    expect((await turns.gather(leadId, next.uptoSeq, 10))?.transcript.map(({ text }) => text)).toContain('Hi!');
  });

  test('an answer that nobody can file silences no chat, and does not come after a later one', async () => {
    const to = await aRunningBot();
    const { leadId } = await say(all, to, ['hello']);
    const stuck = await answered(leadId, await aTurn(leadId), 'Too late');
    await all.query("update ai_turns set created_at = now() - interval '10 minutes' where id = $1", [stuck]);
    await say(all, to, ['and?']);
    await deliver(await answered(leadId, await aTurn(leadId), 'Here'), 'Here');
    expect(await deliver(stuck, 'Too late')).toMatchObject({
      outcome: 'delivered',
      messageIds: [],
      ownerChanged: false,
    });
  });
});

describe('a message that leaves', () => {
  test('a run that lost the bot does not mark what its successor claimed', async () => {
    const to = await aRunningBot();
    const { leadId } = await say(all, to, ['hello']);
    await deliver(await answered(leadId, await aTurn(leadId), 'Hi!'), 'Hi!');
    const { messages } = all.runner.workspace(all.workspaceId);
    const id = (await messages.nextSends(to.botId)).due[0]?.messageId ?? 0;
    expect(await messages.claim(id, to.epoch, 'wa-fence', 60_000)).toBe('sending');
    expect(await messages.mark(id, to.epoch - 1, 'queued')).toBe(false);
    expect(await messages.mark(id, to.epoch - 1, 'failed')).toBe(false);
    expect(await messages.mark(id, to.epoch + 1, 'sent')).toBe(true);
  });

  test('a reply of the bot that waited too long is cancelled; what a person wrote then still leaves', async () => {
    const to = await aRunningBot();
    const { leadId } = await say(all, to, ['hello']);
    await deliver(await answered(leadId, await aTurn(leadId), 'Hi!'), 'Hi!');
    const { messages } = all.runner.workspace(all.workspaceId);
    const due = async () => (await messages.nextSends(to.botId)).due[0]?.messageId ?? 0;
    const waited = (id: number, how: string) =>
      all.query('update lead_messages set "timestamp" = now() - $2::interval where id = $1', [id, how]);

    const reply = await due();
    await waited(reply, '61 seconds');
    expect(await messages.claim(reply, to.epoch, 'wa-late', 60_000)).toBe('cancelled');
    expect(await all.gateway.workspace(all.workspaceId).messages.get([reply])).toMatchObject([
      { status: 'cancelled', statusReason: 'It waited too long to be sent.' },
    ]);

    const { leads, messages: written } = all.gateway.workspace(all.workspaceId);
    await leads.takeOver(leadId, all.vendor, { force: false });
    const post = { author: all.vendor, force: false, text: 'Vera here', clientId: 'late', correlationId: 'cid' };
    await written.post({ leadId, ...post });
    const own = await due();
    await waited(own, '20 days');
    expect(await messages.claim(own, to.epoch, 'wa-own', 60_000)).toBe('sending');
  });

  test('a reply of the bot that waited no longer than it may leaves', async () => {
    const to = await aRunningBot();
    const { leadId } = await say(all, to, ['hello']);
    await deliver(await answered(leadId, await aTurn(leadId), 'Hi!'), 'Hi!');
    const { messages } = all.runner.workspace(all.workspaceId);
    const id = (await messages.nextSends(to.botId)).due[0]?.messageId ?? 0;
    await all.query(`update lead_messages set "timestamp" = now() - interval '50 minutes' where id = $1`, [id]);
    expect(await messages.claim(id, to.epoch, 'wa-in-time', 60 * 60_000)).toBe('sending');
  });

  test('a bot with many waiting chats is told of a handful, the longest waiting first', async () => {
    const to = await aRunningBot();
    const { leadId } = await say(all, to, ['hello']);
    await all.query(
      `with c as (insert into contacts (workspace_id, phone) select $1, '+1555' || g from generate_series(1, 300) g returning id),
            l as (insert into leads (workspace_id, bot_id, contact_id, chat_jid) select $1, $2, c.id, 'x@c.us' from c returning id)
       insert into lead_messages (workspace_id, bot_id, lead_id, seq, sender, message, status, chat_jid, correlation_id)
       select $1, $2, l.id, 1, 'vendor', 'x', 'queued', 'x@c.us', 'cid' from l order by l.id desc`,
      [all.workspaceId, to.botId],
    );
    const { due } = await all.runner.workspace(all.workspaceId).messages.nextSends(to.botId);
    expect(due.length).toBeLessThanOrEqual(50);
    const ids = due.map(({ messageId }) => messageId);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    const [oldest] = await all.query<{ id: number }>(
      "select min(id) as id from lead_messages where bot_id = $1 and status = 'queued' and lead_id <> $2",
      [to.botId, leadId],
    );
    expect(ids[0]).toBe(oldest?.id);
  });
});

describe('filing', () => {
  test('what was decided on one lead is not written to another of the same version', async () => {
    const to = await aRunningBot();
    const other = await say(all, to, ['hello'], { phone: '+5511900000001' });
    const { leadId } = await say(all, to, ['hello'], { phone: '+5511900000002' });
    const [chat] = await all.runner
      .workspace(all.workspaceId)
      .inbound.receive(to.botId, 1, [aRawMessage({ text: 'again', phone: '+5511900000002' })]);
    const inbound = all.leadWorker.workspace(all.workspaceId).inbound;
    const gathered = await inbound.gather(to.botId, chat?.chatId ?? '', 10);
    const decided = { expectedVersion: gathered?.lead?.version ?? 0, leadId: other.leadId };
    const filing = aFiling('+5511900000002', gathered?.rows ?? [], decided);
    expect(await inbound.file(to.botId, chat?.chatId ?? '', filing)).toEqual({ outcome: 'stale' });
    expect(await inbound.file(to.botId, chat?.chatId ?? '', { ...filing, leadId })).toMatchObject({ outcome: 'filed' });
  });

  test('somebody who goes on answering from the phone takes the chat over once', async () => {
    const to = await aRunningBot();
    await say(all, to, ['hello']);
    const inbound = all.leadWorker.workspace(all.workspaceId).inbound;
    const taken: unknown[] = [];
    for (const text of ['I am here', 'still here']) {
      const raw = aRawMessage({ text, fromMe: true });
      const [chat] = await all.runner.workspace(all.workspaceId).inbound.receive(to.botId, 1, [raw]);
      const gathered = await inbound.gather(to.botId, chat?.chatId ?? '', 10);
      const { id: leadId = null, version: expectedVersion = 0 } = gathered?.lead ?? {};
      const filing = aFiling('+5511987654321', gathered?.rows ?? [], { due: null, leadId, expectedVersion });
      const filed = await inbound.file(to.botId, chat?.chatId ?? '', filing);
      taken.push(filed.outcome === 'filed' && [filed.owner, filed.takenOver]);
    }
    expect(taken).toEqual([
      ['human', true],
      ['human', false],
    ]);
  });

  test('after a stale filing the chat is read with the lead that filing found, whatever numbers its rows name', async () => {
    const to = await aRunningBot();
    const { leadId } = await say(all, to, ['hello'], { phone: '+5511900000003' });
    await say(all, to, ['hello'], { phone: '+5511900000009' });
    const rows = ['+5511900000003', '+5511900000009'].map((phone) => {
      const raw = aRawMessage({ text: 'who am I', phone });
      return { ...raw, jid: '123456789@lid' };
    });
    const [chat] = await all.runner.workspace(all.workspaceId).inbound.receive(to.botId, 1, rows);
    const inbound = all.leadWorker.workspace(all.workspaceId).inbound;
    const gathered = await inbound.gather(to.botId, chat?.chatId ?? '', 10);
    const filing = aFiling('+5511900000003', gathered?.rows ?? [], {
      expectedVersion: gathered?.lead?.version ?? 0,
      leadId: gathered?.lead?.id ?? null,
    });
    expect(await inbound.file(to.botId, chat?.chatId ?? '', filing)).toEqual({ outcome: 'stale' });
    expect((await inbound.gather(to.botId, chat?.chatId ?? '', 10))?.lead?.id).toBe(leadId);
  });
});

test('a row that is due for ever keeps no other from being rung for', async () => {
  const to = await aRunningBot();
  const turnIds: number[] = [];
  for (const phone of ['+5511900000021', '+5511900000022']) {
    const { leadId } = await say(all, to, ['hello'], { phone });
    turnIds.push(await answered(leadId, await aTurn(leadId), 'Hi!'));
    const raw = aRawMessage({ text: 'unfiled', phone });
    await all.runner.workspace(all.workspaceId).inbound.receive(to.botId, 1, [raw]);
  }
  await all.query("update ai_turns set created_at = '2020-01-01' where id = $1", [turnIds[0]]);
  const rung = new Set<string>();
  for (let sweeps = 0; sweeps < 60; sweeps += 1) {
    for (const { command, chatId, ref } of await all.scheduler.sweep.due(0, 1)) rung.add(`${command} ${chatId ?? ref}`);
  }
  expect([...rung]).toEqual(expect.arrayContaining(turnIds.map((id) => `reply.deliver ${id}`)));
  expect([...rung].filter((line) => line.startsWith('message.receive')).length).toBeGreaterThan(1);
});

test('a bot that was switched off while its runner was dead is taken once more, to be shown stopped', async () => {
  const { botId, workspaceId } = await aRunningBot();
  const [dead, alive] = [crypto.randomUUID(), crypto.randomUUID()];
  const { fleet } = all.runner;
  await fleet.release(all.runnerId, [botId]);
  await fleet.beat(dead, 'there', 1, false, 600_000);
  expect((await fleet.take(dead, 100)).map((held) => held.botId)).toEqual([botId]);
  await all.gateway.workspace(workspaceId).bots.setStatus(botId, 'disabled', 'somebody');
  await all.query('update runners set until = now() where id = $1', [dead]);
  await fleet.beat(alive, 'here', 1, false, 600_000);
  await all.query(`update runners set since = now() - interval '1 hour' where id = $1`, [alive]);
  expect(await fleet.counts(alive)).toMatchObject({ unplaced: 1 });
  expect(await fleet.take(alive, 100)).toMatchObject([{ botId, status: 'disabled' }]);
  await fleet.release(alive, [botId]);
  expect(await fleet.counts(alive)).toMatchObject({ unplaced: 0 });
  expect(await fleet.take(alive, 100)).toEqual([]);
});
