import { aFiling, aNewBot, aRawMessage, aWorkspace, freshDatabase, ownerQuery, say, storesAs } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';

async function open() {
  const database = await freshDatabase();
  const workspace = await aWorkspace(database);
  const [gateway, runner, leadWorker, aiWorker, scheduler] = await Promise.all([
    storesAs('gateway', database),
    storesAs('bot-runner', database),
    storesAs('lead-worker', database),
    storesAs('ai-worker', database),
    storesAs('scheduler', database),
  ]);
  const query = ownerQuery(database.ownerUrl);
  return { workspace, workspaceId: workspace.workspaceId, gateway, runner, leadWorker, aiWorker, scheduler, query };
}

let all: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  all = await open();
});

async function aRunningBot() {
  const { workspaceId, gateway, runner } = all;
  const bot = await gateway.workspace(workspaceId).bots.create(aNewBot());
  if (bot === 'id-taken') throw new Error('id taken');
  const runnerId = crypto.randomUUID();
  await runner.fleet.beat(runnerId, 'here', 10, false, 60_000);
  const held = (await runner.fleet.take(runnerId, 100)).find((one) => one.botId === bot.id);
  return { botId: bot.id, epoch: held?.runEpoch ?? -1, runnerId };
}

describe('a customer writes', () => {
  test('the same WhatsApp message three times is stored once, in the order written', async () => {
    const { workspaceId, runner, leadWorker, gateway } = all;
    const { botId } = await aRunningBot();
    const [second, first] = [aRawMessage({ text: 'two', n: 2 }), aRawMessage({ text: 'one', n: 1 })];
    const inbound = runner.workspace(workspaceId).inbound;
    const [chat] = await inbound.receive(botId, 1, [second]);
    await inbound.receive(botId, 1, [second, first]);
    expect(await inbound.receive(botId, 1, [second, first])).toEqual([{ chatId: chat?.chatId, stored: 0 }]);
    const gathered = await leadWorker.workspace(workspaceId).inbound.gather(botId, chat?.chatId ?? '', 10);
    expect(gathered?.rows.map((row) => row.waMessageId)).toEqual([first.waMessageId, second.waMessageId]);
    expect(gathered).toMatchObject({ lead: null, contact: { phone: '+5511987654321', lid: null }, sources: {} });
    const decision = aFiling('+5511987654321', gathered?.rows ?? []);
    const store = leadWorker.workspace(workspaceId).inbound;
    const filed = await store.file(botId, chat?.chatId ?? '', decision);
    expect(filed).toMatchObject({ outcome: 'filed', created: true, owner: 'bot', takenOver: false });
    expect(await store.file(botId, chat?.chatId ?? '', { ...decision, expectedVersion: 1 })).toMatchObject({
      outcome: 'nothing',
    });
    const leadId = filed.outcome === 'filed' ? filed.leadId : 0;
    const page = await gateway.workspace(workspaceId).messages.list(leadId, { limit: 1 });
    expect(page).toMatchObject({ items: [{ text: 'two', seq: 2, status: 'received' }] });
    const rest =
      page === 'bad-cursor'
        ? page
        : await gateway.workspace(workspaceId).messages.list(leadId, { limit: 5, cursor: page.nextCursor ?? '' });
    expect(rest).toMatchObject({ items: [{ text: 'one' }], nextCursor: null });
  });

  test('facts are decided on the version they were read with', async () => {
    const { workspaceId, leadWorker, gateway } = all;
    const { botId } = await aRunningBot();
    const { leadId } = await say(all, { workspaceId, botId }, ['hello']);
    const before = await gateway.workspace(workspaceId).leads.get(leadId);
    const raw = aRawMessage({ text: 'I am Ana, ana@example.com' });
    const [chat] = await all.runner.workspace(workspaceId).inbound.receive(botId, 1, [raw]);
    const inbound = leadWorker.workspace(workspaceId).inbound;
    const gathered = await inbound.gather(botId, chat?.chatId ?? '', 10);
    expect(gathered?.lead).toMatchObject({ id: leadId });
    const inboundId = String(gathered?.rows[0]?.id);
    const facts = {
      fields: [
        {
          name: 'email' as const,
          value: 'ana@example.com',
          source: 'rule' as const,
          inboundId,
          quote: 'ana@example.com',
          confidence: null,
        },
      ],
      values: { email: 'ana@example.com' },
      status: 'qualified' as const,
      waitingReason: 'qualified' as const,
    };
    const decision = aFiling('+5511987654321', gathered?.rows ?? [], { facts });
    expect(await inbound.file(botId, chat?.chatId ?? '', { ...decision, expectedVersion: 99 })).toEqual({
      outcome: 'stale',
    });
    const filed = await inbound.file(botId, chat?.chatId ?? '', { ...decision, expectedVersion: before?.version ?? 0 });
    expect(filed).toMatchObject({ outcome: 'filed', status: 'qualified' });
    const lead = await gateway.workspace(workspaceId).leads.get(leadId);
    expect(lead).toMatchObject({
      email: 'ana@example.com',
      status: 'qualified',
      waitingReason: 'qualified',
      version: (before?.version ?? 0) + 1,
    });
    expect(await gateway.workspace(workspaceId).leads.fields(leadId)).toMatchObject([
      { name: 'email', source: 'rule', quote: 'ana@example.com' },
    ]);
    expect((await inbound.gather(botId, chat?.chatId ?? '', 10))?.sources).toEqual({ email: 'rule' });
  });
});

describe('a turn', () => {
  test('is taken once, answered once, delivered once, and its reply leaves once', async () => {
    const { workspaceId, aiWorker, leadWorker, runner } = all;
    const { botId, epoch } = await aRunningBot();
    const { leadId, messageIds } = await say(all, { workspaceId, botId, epoch }, ['hello']);
    const turns = aiWorker.workspace(workspaceId).turns;
    const [one, other] = await Promise.all([turns.take(leadId, 10_000), turns.take(leadId, 10_000)]);
    const turn = one.taken ? one : other;
    expect([one.taken, other.taken].sort()).toEqual([false, true]);
    if (!turn.taken) throw new Error('nobody has the turn');
    expect(turn).toMatchObject({ kind: 'reply', botId, failures: 0, correlationId: expect.stringMatching(/^cid-/) });
    expect((await turns.gather(leadId, turn.uptoSeq, 50))?.transcript.map((message) => message.text)).toEqual([
      'hello',
    ]);
    expect(await turns.renew(leadId, turn.turnNo, turn.uptoSeq, 2_000, 10_000)).toBe('held');
    const answer = { replies: ['Hi!'], fields: [{ messageId: messageIds[0] }] };
    const made = { answer, kind: turn.kind, uptoSeq: turn.uptoSeq, ownerVersion: turn.ownerVersion, promptVersion: 1 };
    const cost = { model: 'test', inputTokens: 1, outputTokens: null, latencyMs: 5, correlationId: 'cid-turn' };
    const stored = await turns.store(leadId, turn.turnNo, 2_000, { ...made, ...cost });
    expect(stored).toMatchObject({ outcome: 'stored' });
    expect(await turns.store(leadId, turn.turnNo, 2_000, { ...made, ...cost })).toEqual({ outcome: 'lost' });
    expect(await turns.take(leadId, 10_000)).toEqual({ taken: false, waitMs: null });

    const turnId = stored.outcome === 'stored' ? stored.turnId : 0;
    const delivery = await leadWorker.workspace(workspaceId).turns.gatherDelivery(turnId);
    expect(delivery).toMatchObject({
      turn: { id: turnId, answer },
      messages: [{ id: messageIds[0], text: 'hello', sender: 'customer' }],
    });
    const decision = {
      facts: { fields: [], values: {}, status: null, waitingReason: null },
      replies: [{ text: 'Hi!' }],
      expectedVersion: delivery?.lead.version ?? 0,
    };
    const deliver = () => leadWorker.workspace(workspaceId).turns.deliver(turnId, decision);
    expect(await deliver()).toMatchObject({
      outcome: 'delivered',
      leadId,
      botId,
      qualified: false,
      ownerChanged: false,
    });
    expect(await deliver()).toEqual({ outcome: 'already' });

    const messages = runner.workspace(workspaceId).messages;
    const due = (await messages.nextSends(botId)).due[0];
    expect(due).toMatchObject({
      leadId,
      text: 'Hi!',
      sender: 'bot',
      chatJid: '5511987654321@c.us',
      correlationId: 'cid-turn',
    });
    const id = due?.messageId ?? 0;
    expect(await messages.claim(id, epoch - 1, 'wa-old', 60_000)).toBe('not-mine');
    expect(await messages.claim(id, epoch, 'wa-1', 60_000)).toBe('sending');
    expect(await messages.claim(id, epoch, 'wa-2', 60_000)).toBe('gone');
    expect((await messages.nextSends(botId)).due).toEqual([]);
    expect(await messages.stranded(botId, epoch + 1, 60_000)).toMatchObject([{ messageId: id, waMessageId: 'wa-1' }]);
    expect(await messages.recordAcks(botId, [{ waMessageId: 'wa-1', ack: 2 }])).toEqual([
      { leadId, messageId: id, status: 'delivered' },
    ]);
    expect(await messages.mark(id, epoch, 'sent')).toBe(false);
    expect(await messages.recordAcks(botId, [{ waMessageId: 'wa-1', ack: 1 }])).toEqual([]);
  });

  test('given back it keeps the customer waiting time and counts the failure', async () => {
    const { workspaceId, aiWorker } = all;
    const { botId } = await aRunningBot();
    const { leadId } = await say(all, { workspaceId, botId }, ['hello']);
    const turns = aiWorker.workspace(workspaceId).turns;
    const first = await turns.take(leadId, 10_000);
    if (!first.taken) throw new Error('not taken');
    // Moments are stored to the millisecond, rounded: now may be written as up to half of one later.
    expect(
      await turns.giveBack(leadId, first.turnNo, 2_000, {
        failed: true,
        retryMs: 0,
        waitingReason: 'asked-for-person',
      }),
    ).toBeLessThanOrEqual(1);
    expect(await turns.giveBack(leadId, first.turnNo, 2_000, { failed: true, retryMs: 0 })).toBeNull();
    expect(await turns.take(leadId, 10_000)).toMatchObject({ taken: true, failures: 1 });
  });
});

describe('a person', () => {
  test('takes over, writes, and gives back; each is in the audit log', async () => {
    const { workspaceId, workspace, gateway, query } = all;
    const { botId } = await aRunningBot();
    const { leadId } = await say(all, { workspaceId, botId }, ['hello']);
    const { leads, messages } = gateway.workspace(workspaceId);
    const post = (author: string) =>
      messages.post({ leadId, author, force: false, text: 'Hello, Vera here', clientId: 'c1', correlationId: 'cid-v' });
    expect(await post(workspace.vendor)).toEqual({ outcome: 'bot-has-it' });
    expect(await leads.takeOver(leadId, workspace.vendor, { force: false })).toEqual({
      outcome: 'taken',
      botId,
      cancelled: [],
      leaving: [],
    });
    expect(await leads.takeOver(leadId, workspace.otherVendor, { force: false })).toEqual({
      outcome: 'taken-by-other',
      assignedTo: workspace.vendor,
    });
    expect(await leads.takeOver(leadId, workspace.vendor, { force: false })).toMatchObject({ outcome: 'mine' });
    expect(await post(workspace.otherVendor)).toMatchObject({ outcome: 'not-yours' });
    const queued = await post(workspace.vendor);
    expect(queued).toMatchObject({ outcome: 'queued', botId });
    expect(await post(workspace.vendor)).toEqual({ ...queued, outcome: 'duplicate' });
    expect(await leads.release(leadId, workspace.otherVendor, { force: false, mayAnswer: true })).toMatchObject({
      outcome: 'not-yours',
    });
    expect(await leads.release(leadId, workspace.vendor, { force: false, mayAnswer: true })).toMatchObject({
      outcome: 'released',
      botId,
    });
    expect(await leads.release(leadId, workspace.vendor, { force: false, mayAnswer: true })).toEqual({
      outcome: 'already',
    });
    expect(await leads.takeOver(999_999, workspace.vendor, { force: true })).toEqual({ outcome: 'not-found' });
    const audit = await query<{ action: string }>('select action from audit_log where subject = $1 order by id', [
      `lead:${leadId}`,
    ]);
    expect(audit.map((row) => row.action)).toEqual(['lead.taken-over', 'lead.released']);
  });

  test('finds leads by stage, by who has them and by part of a name, page by page', async () => {
    const { workspaceId, workspace, gateway } = all;
    const { botId } = await aRunningBot();
    const phones = ['+5511900000001', '+5511900000002', '+5511900000003'];
    for (const phone of phones) await say(all, { workspaceId, botId }, ['hi'], { phone });
    const { leads } = gateway.workspace(workspaceId);
    const first = await leads.list({ botId, limit: 2 });
    if (first === 'bad-cursor') throw new Error('bad cursor');
    const second = await leads.list({ botId, limit: 2, cursor: first.nextCursor ?? '' });
    if (second === 'bad-cursor') throw new Error('bad cursor');
    expect([...first.items, ...second.items].map((lead) => lead.whatsappNumber)).toEqual(phones.toReversed());
    expect(second.nextCursor).toBeNull();
    expect(await leads.list({ limit: 2, cursor: 'nonsense' })).toBe('bad-cursor');
    expect(await leads.list({ botId, q: '000_0', limit: 5 })).toMatchObject({ items: [] });
    expect(await leads.list({ botId, q: '00000002', limit: 5 })).toMatchObject({
      items: [{ whatsappNumber: phones[1] }],
    });
    await leads.takeOver(first.items[0]?.id ?? 0, workspace.vendor, { force: false });
    expect(await leads.list({ botId, assignedTo: workspace.vendor, limit: 5 })).toMatchObject({
      items: [{ id: first.items[0]?.id, status: 'assigned' }],
    });
    expect(await leads.list({ botId, assignedTo: null, status: 'capturing', limit: 5 })).toMatchObject({
      items: [{}, {}],
    });
  });

  test('finds leads that wait, longest first, page by page, also when they began at the same moment', async () => {
    const { workspaceId, workspace, gateway, query } = all;
    const { botId } = await aRunningBot();
    const ids: number[] = [];
    for (const phone of ['+5511900000011', '+5511900000012', '+5511900000013', '+5511900000014', '+5511900000015'])
      ids.push((await say(all, { workspaceId, botId }, ['hi'], { phone })).leadId);
    const [late, early, alsoEarly, taken, idle] = ids;
    const waits = (leadIds: readonly (number | undefined)[], since: string) =>
      query('update leads set waiting_since = $2 where id = any($1)', [leadIds, since]);
    await waits([late], '2026-01-01T00:00:00.002Z');
    await waits([early, alsoEarly, taken], '2026-01-01T00:00:00.001Z');
    const { leads } = gateway.workspace(workspaceId);
    await leads.takeOver(taken ?? 0, workspace.vendor, { force: false });
    await waits([taken], '2026-01-01T00:00:00.001Z');

    const seen: number[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await leads.list({ botId, waiting: true, limit: 1, cursor });
      if (page === 'bad-cursor') throw new Error('bad cursor');
      seen.push(...page.items.map((lead) => lead.id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
      expect(await leads.list({ botId, limit: 1, cursor })).toBe('bad-cursor');
    }
    expect(seen).toEqual([early, alsoEarly, taken, late]);
    expect(seen).not.toContain(idle);
    expect(await leads.list({ botId, waiting: true, assignedTo: null, limit: 5 })).toMatchObject({
      items: [{ id: early }, { id: alsoEarly }, { id: late }],
    });
    const newest = await leads.list({ botId, limit: 1 });
    const cursor = newest === 'bad-cursor' ? '' : (newest.nextCursor ?? '');
    expect(await leads.list({ botId, waiting: true, limit: 1, cursor })).toBe('bad-cursor');
  });
});
