import { randomUUID } from 'node:crypto';
import { leadDetail, leadPage, messageView, takeoverResult } from '@wbm/contracts';
import { ownerQuery, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem } from './a-gateway.ts';
import { aLead, aPlace } from './a-workplace.ts';
import { heardBells } from './heard-bells.ts';

let place: Awaited<ReturnType<typeof aPlace>>;
beforeAll(async () => {
  place = await aPlace();
});
const aNewLead = (text?: string) => aLead(place.database, place.here.workspace.workspaceId, place.here.botId, text);

describe('the list of leads', () => {
  it('goes page by page, whoever wrote last first, and each lead once', async () => {
    const made = [place.here.leadId];
    for (let n = 0; n < 4; n += 1) made.push(await aNewLead());
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const answer: { json(): unknown } = await place.here.as.vendor(
        'GET',
        `/api/leads?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      const page = leadPage.parse(answer.json());
      seen.push(...page.items.map((lead) => lead.id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([...made].reverse());
  });

  it('can be narrowed to who has them, to a stage, and by a search', async () => {
    const { as, workspace } = place.here;
    const leadId = await aNewLead('A castle, please');
    const ids = async (query: string) =>
      (await as.vendor('GET', `/api/leads?${query}`)).json().items.map((lead: { id: number }) => lead.id);
    expect(await ids('assignedTo=nobody')).toContain(leadId);
    await as.vendor('POST', `/api/leads/${leadId}/claim`);
    expect(await ids('assignedTo=me')).toEqual([leadId]);
    expect(await ids(`assignedTo=${workspace.vendor}&status=assigned`)).toEqual([leadId]);
    expect(await ids('assignedTo=nobody')).not.toContain(leadId);
    expect(await ids('status=won')).toEqual([]);
    const { whatsappNumber } = (await as.vendor('GET', `/api/leads/${leadId}`)).json();
    expect(await ids(`q=${whatsappNumber.slice(-6)}`)).toEqual([leadId]);
    expect(await ids('q=%25')).toEqual([]);
  });

  it('can be who waits, whoever waits longest first', async () => {
    const { as, workspace } = place.here;
    const [short, long, claimed] = [await aNewLead(), await aNewLead(), await aNewLead()];
    const waitsSince = (leadId: number, since: string) =>
      ownerQuery(place.database.ownerUrl)('update leads set waiting_since = $2 where id = $1', [leadId, since]);
    await waitsSince(short, '2026-01-01T00:00:02.000Z');
    await waitsSince(long, '2026-01-01T00:00:01.000Z');
    await as.vendor('POST', `/api/leads/${claimed}/claim`);
    await waitsSince(claimed, '2026-01-01T00:00:01.500Z');
    const pageOf = async (query: string) => leadPage.parse((await as.vendor('GET', `/api/leads?${query}`)).json());
    const ids = async (query: string) => (await pageOf(query)).items.map((lead) => lead.id);
    expect(await ids('waiting=true')).toEqual([long, claimed, short]);
    expect(await ids('waiting=true&assignedTo=nobody')).toEqual([long, short]);
    expect(await ids(`waiting=true&assignedTo=${workspace.vendor}`)).toEqual([claimed]);
    const { nextCursor } = await pageOf('waiting=true&limit=2');
    expect(await ids(`waiting=true&cursor=${nextCursor}`)).toEqual([short]);
    expectProblem(await as.vendor('GET', `/api/leads?cursor=${nextCursor}`), 400, 'bad-cursor');
    expectProblem(await as.vendor('GET', '/api/leads?waiting=maybe'), 400, 'invalid-request');
  });

  it('refuses a cursor that is none', async () => {
    expectProblem(await place.here.as.vendor('GET', '/api/leads?cursor=abc'), 400, 'bad-cursor');
    expectProblem(
      await place.here.as.vendor('GET', `/api/leads/${place.here.leadId}/messages?cursor=abc`),
      400,
      'bad-cursor',
    );
  });
});

describe('claiming', () => {
  it('takes the chat from the bot, cancels what it had queued, and names what is already leaving', async () => {
    const { as, workspace, botId } = place.here;
    const leadId = await aNewLead();
    const owner = ownerQuery(place.database.ownerUrl);
    const queue = async (seq: number, status: string) => {
      const [row] = await owner<{ id: number }>(
        `insert into lead_messages (workspace_id, bot_id, lead_id, seq, sender, message, status, owner_version, correlation_id)
         values ($1, $2, $3, $4, 'bot', 'An answer', $5, 1, 'cid') returning id`,
        [workspace.workspaceId, botId, leadId, seq, status],
      );
      return row?.id ?? 0;
    };
    const [leaving, waiting] = [await queue(2, 'sending'), await queue(3, 'queued')];

    const answer = await as.vendor('POST', `/api/leads/${leadId}/claim`);
    const taken = takeoverResult.parse(answer.json());
    expect(taken.lead).toMatchObject({ id: leadId, owner: 'human', assignedTo: workspace.vendor, status: 'assigned' });
    expect(taken.leaving.map(({ id, text }) => [id, text])).toEqual([[leaving, 'An answer']]);
    const messages = (await as.vendor('GET', `/api/leads/${leadId}/messages`)).json().items;
    expect(messages.find((message: { id: number }) => message.id === waiting)).toMatchObject({ status: 'cancelled' });
  });

  it('twice is once; a colleague hears who has it; an admin may give it to somebody else', async () => {
    const { as, workspace } = place.here;
    const leadId = await aNewLead();
    const claim = (who: 'vendor' | 'otherVendor') => as[who]('POST', `/api/leads/${leadId}/claim`);
    expect((await claim('vendor')).statusCode).toBe(200);
    expect((await claim('vendor')).statusCode).toBe(200);
    const problem = expectProblem(await claim('otherVendor'), 409, 'lead-taken');
    expect(problem.detail).toContain(workspace.vendor);

    const assigned = await as.admin('POST', `/api/leads/${leadId}/assign`, { body: { to: workspace.otherVendor } });
    expect(assigned.json().lead).toMatchObject({ assignedTo: workspace.otherVendor, owner: 'human' });
    expectProblem(await as.vendor('POST', `/api/leads/${leadId}/release`), 409, 'not-yours');
    expectProblem(await as.vendor('POST', `/api/leads/${leadId}/messages`, { body: { text: 'Hi' } }), 409, 'not-yours');
  });

  it('of two at the same moment is won by exactly one', async () => {
    const { as } = place.here;
    const leadId = await aNewLead();
    const answers = await Promise.all([
      as.vendor('POST', `/api/leads/${leadId}/claim`),
      as.otherVendor('POST', `/api/leads/${leadId}/claim`),
    ]);
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 409]);
  });
});

it('releasing gives the chat back to the bot, which owes the customer an answer', async () => {
  const { as } = place.here;
  const leadId = await aNewLead();
  await as.vendor('POST', `/api/leads/${leadId}/claim`);
  const released = leadDetail.parse((await as.vendor('POST', `/api/leads/${leadId}/release`)).json());
  expect(released).toMatchObject({ owner: 'bot', assignedTo: null, status: 'capturing' });
  const [row] = await ownerQuery(place.database.ownerUrl)<{ reply_kind: string; due: boolean }>(
    'select reply_kind, reply_due_at is not null as due from leads where id = $1',
    [leadId],
  );
  expect(row).toEqual({ reply_kind: 'reply', due: true });
  expect((await as.vendor('POST', `/api/leads/${leadId}/release`)).statusCode).toBe(200);
});

it('releasing to a bot that may not answer leaves the customer waiting for everybody', async () => {
  const { here, database } = await aPlace();
  const { as, botId, workspace } = here;
  const order = (what: 'start' | 'stop') => as.admin('POST', `/api/bots/${botId}/${what}`);
  const set = async (settings: object) => {
    const { botId: _, updatedAt: __, ...now } = (await as.admin('GET', `/api/bots/${botId}/features`)).json();
    const answer = await as.admin('PUT', `/api/bots/${botId}/features`, { body: { ...now, ...settings } });
    expect(answer.statusCode, answer.body).toBe(200);
  };
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
  const closed = { workingHoursEnabled: true, workingHoursStart: inHours(2), workingHoursEnd: inHours(4) };
  const released = async () => {
    const leadId = await aLead(database, workspace.workspaceId, botId);
    await as.vendor('POST', `/api/leads/${leadId}/claim`);
    const lead = leadDetail.parse((await as.vendor('POST', `/api/leads/${leadId}/release`)).json());
    const waiting = leadPage.parse((await as.otherVendor('GET', '/api/leads?waiting=true&assignedTo=nobody')).json());
    return [lead.owner, lead.waitingReason, waiting.items.some(({ id }) => id === leadId)];
  };
  const answers = ['bot', null, false];
  const waits = ['bot', 'message', true];

  expect(await released()).toEqual(answers);
  await order('stop');
  expect(await released()).toEqual(waits);
  await order('start');
  await set(closed);
  expect(await released()).toEqual(waits);
  await set({ workingHoursEnabled: false, autoResponseEnabled: false });
  expect(await released()).toEqual(waits);
  await set({ autoResponseEnabled: true });
  expect(await released()).toEqual(answers);
  const last = await aLead(database, workspace.workspaceId, botId);
  await as.vendor('POST', `/api/leads/${last}/claim`);
  await as.admin('DELETE', `/api/bots/${botId}`);
  const lead = leadDetail.parse((await as.vendor('POST', `/api/leads/${last}/release`)).json());
  expect(lead).toMatchObject({ owner: 'bot', waitingReason: 'message' });
});

describe('writing to a customer', () => {
  it('needs the chat', async () => {
    const leadId = await aNewLead();
    const problem = expectProblem(
      await place.here.as.vendor('POST', `/api/leads/${leadId}/messages`, { body: { text: 'Hi' } }),
      409,
      'claim-first',
    );
    expect(problem.detail).toContain('Claim');
  });

  it('queues the message once, carries the correlation id to the send, and rings the runner', async () => {
    const { as, botId, workspace } = place.here;
    const leadId = await aNewLead();
    await as.vendor('POST', `/api/leads/${leadId}/claim`);
    const heard = await heardBells(place.gateway);
    const cid = randomUUID();
    const post = () =>
      as.vendor('POST', `/api/leads/${leadId}/messages`, {
        body: { text: 'It is free!', clientId: 'c1' },
        headers: { 'x-correlation-id': cid },
      });
    const [first, again] = [await post(), await post()];
    expect([first.statusCode, again.statusCode]).toEqual([201, 200]);
    expect(first.headers['x-correlation-id']).toBe(cid);
    expect(messageView.parse(first.json())).toMatchObject({
      sender: 'vendor',
      author: workspace.vendor,
      text: 'It is free!',
      status: 'queued',
      clientId: 'c1',
    });
    expect(again.json()).toEqual(first.json());
    const [row] = await ownerQuery(place.database.ownerUrl)<{ correlation_id: string }>(
      'select correlation_id from lead_messages where id = $1',
      [first.json().id],
    );
    expect(row?.correlation_id).toBe(cid);
    await waitFor(() => heard.find((bell) => bell.id === 'message.send' && bell.botId === botId && bell.cid === cid), {
      what: 'message.send',
    });
  });

  it('answers an admin who writes in a colleague’s chat, and two messages without a client id are two', async () => {
    const { as } = place.here;
    const leadId = await aNewLead();
    await as.vendor('POST', `/api/leads/${leadId}/claim`);
    for (let n = 0; n < 2; n += 1) {
      expect((await as.admin('POST', `/api/leads/${leadId}/messages`, { body: { text: 'Same' } })).statusCode).toBe(
        201,
      );
    }
    const page = (await as.vendor('GET', `/api/leads/${leadId}/messages?limit=2`)).json();
    expect(page.items.map((message: { text: string }) => message.text)).toEqual(['Same', 'Same']);
    const older = (await as.vendor('GET', `/api/leads/${leadId}/messages?cursor=${page.nextCursor}`)).json();
    expect(older).toMatchObject({ items: [{ sender: 'customer' }], nextCursor: null });
  });
});
