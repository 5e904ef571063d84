import { botView, messageView, sendingView } from '@wbm/contracts';
import { ownerQuery, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem } from './a-gateway.ts';
import { aLead, aPlace } from './a-workplace.ts';
import { heardBells } from './heard-bells.ts';

let place: Awaited<ReturnType<typeof aPlace>>;
beforeAll(async () => {
  place = await aPlace();
});
const query = (sql: string, values: readonly unknown[]) => ownerQuery(place.database.ownerUrl)(sql, [...values]);

describe('what a bot may send', () => {
  const read = async (who: 'admin' | 'vendor' = 'vendor') =>
    sendingView.parse((await place.here.as[who]('GET', `/api/bots/${place.here.botId}/sending`)).json());

  it('is shown to everybody of the workspace, with what was used, what waits and what was refused', async () => {
    const { workspace, botId, leadId } = place.here;
    const unused = { lastMinute: 0, last24h: 0, unasked24h: 0, refused24h: 0, held: 0, heldUntil: null };
    const simulated = { perMinute: null, perDay: null, unaskedPerDay: null };
    expect(await read()).toEqual({ ...simulated, ageDays: expect.any(Number), ...unused });

    await query("update bots set engine = 'whatsapp-web.js', linked_at = now() - interval '8 days' where id = $1", [
      botId,
    ]);
    await query(
      `insert into lead_messages (workspace_id, bot_id, lead_id, seq, sender, message, status, claimed_at, unasked, held, not_before, correlation_id)
       select $1, $2, $3, row_number() over () + 100, 'bot', 'x', status, now() - ago::interval, unasked, held, now() + interval '20 minutes', 'cid'
         from (values ('sent', '1 second', false, null), ('failed', '2 seconds', true, null), ('read', '3 hours', false, null),
                      ('unconfirmed', '23 hours', true, null), ('sent', '25 hours', true, null), ('queued', '1 second', false, null),
                      ('queued', null, false, 'minute'), ('queued', null, false, 'day'), ('cancelled', '1 second', false, 'minute'))
              as v(status, ago, unasked, held)`,
      [workspace.workspaceId, botId, leadId],
    );
    const shown = await read('admin');
    expect(shown).toEqual({
      ...{ perMinute: 12, perDay: 600, unaskedPerDay: 40, ageDays: 8 },
      ...{ lastMinute: 2, last24h: 4, unasked24h: 2, refused24h: 1, held: 2, heldUntil: expect.any(String) },
    });
    expect(Date.parse(shown.heldUntil ?? '')).toBeGreaterThan(Date.now() + 600_000);
  });

  it('can be set by an admin, and unset; the runner that has the bot is told', async () => {
    const { as, botId } = place.here;
    const url = `/api/bots/${botId}`;
    const version = async () => botView.parse((await as.admin('GET', url)).json()).version;
    const bells = await heardBells(place.gateway);
    const set = await as.admin('PATCH', url, { body: { version: await version(), sendPerMinute: 3, sendPerDay: 25 } });
    expect(botView.parse(set.json())).toMatchObject({ sendPerMinute: 3, sendPerDay: 25 });
    expect(await read()).toMatchObject({ perMinute: 3, perDay: 25, unaskedPerDay: 25 });
    await waitFor(() => bells.some((bell) => bell.id === 'bot.wake' && bell.botId === botId), { what: 'the bell' });
    await as.admin('PATCH', url, { body: { version: await version(), sendPerMinute: null, sendPerDay: null } });
    expect(await read()).toMatchObject({ perMinute: 12, perDay: 600 });
  });

  it.each([
    { sendPerMinute: 0 },
    { sendPerMinute: 61 },
    { sendPerMinute: 1.5 },
    { sendPerDay: 0 },
    { sendPerDay: 10_001 },
  ])('is not set to nonsense: %o', async (patch) => {
    const { as, botId } = place.here;
    expectProblem(
      await as.admin('PATCH', `/api/bots/${botId}`, { body: { version: 1, ...patch } }),
      400,
      'invalid-request',
    );
    expectProblem(
      await as.vendor('PATCH', `/api/bots/${botId}`, { body: { version: 1, sendPerDay: 9 } }),
      403,
      'not-permitted',
    );
  });

  it('of another workspace’s bot, or of none, is not told', async () => {
    expectProblem(await place.here.as.vendor('GET', '/api/bots/nobody/sending'), 404, 'unknown-bot');
    expectProblem(await place.here.as.nobody('GET', `/api/bots/${place.here.botId}/sending`), 401, 'signed-out');
  });
});

describe('a customer who must write first', () => {
  it.each([
    ['not-on-whatsapp', /not on WhatsApp/],
    ['refused', /must write first/],
  ])('is not written to: %s', async (why, words) => {
    const { as, workspace, botId } = place.here;
    const leadId = await aLead(place.database, workspace.workspaceId, botId);
    await as.vendor('POST', `/api/leads/${leadId}/claim`);
    await query('update leads set write_first = $2 where id = $1', [leadId, why]);
    expect((await as.vendor('GET', `/api/leads/${leadId}`)).json()).toMatchObject({ writeFirst: why });
    const write = () => as.vendor('POST', `/api/leads/${leadId}/messages`, { body: { text: 'Hello?' } });
    expect(expectProblem(await write(), 409, 'customer-must-write-first').detail).toMatch(words);
    await query('update leads set write_first = null where id = $1', [leadId]);
    const written = await write();
    expect(written.statusCode).toBe(201);
    expect(messageView.parse(written.json())).toMatchObject({ status: 'queued' });
  });
});
