import { leadDetail, messagePage, sandboxChat } from '@wbm/contracts';
import { ownerQuery, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem } from './a-gateway.ts';
import { aPlace, aWorkplace, workers } from './a-workplace.ts';
import { heardBells } from './heard-bells.ts';

let place: Awaited<ReturnType<typeof aPlace>>;
let base: string;
beforeAll(async () => {
  place = await aPlace();
  base = `/api/sandbox/bots/${place.here.botId}`;
});

const from = '+5511900000001';
const does = (id: string, what: 'edit' | 'revoke' | 'react', body: object = {}) =>
  place.here.as.vendor('POST', `${base}/messages/${id}/${what}`, { body: { from, ...body } });
const writes = (id: string, body: object = {}) =>
  place.here.as.vendor('POST', `${base}/messages`, { body: { from, text: 'helo', id, ...body } });
const shown = async () => {
  const answer = await place.here.as.vendor('GET', `${base}/chats/${encodeURIComponent(from)}/messages`);
  return sandboxChat.parse(answer.json()).items;
};

describe('the simulated phones', () => {
  it('edit, react and take back; the phone shows it and the bot is woken', async () => {
    await writes('wa-1');
    await writes('wa-2', { fromBusiness: true });
    const heard = await heardBells(place.gateway);
    expect((await does('wa-1', 'edit', { text: 'hello' })).statusCode).toBe(204);
    expect((await does('wa-1', 'react', { emoji: '🙏', fromBusiness: true })).statusCode).toBe(204);
    expect((await does('wa-2', 'revoke', { fromBusiness: true })).statusCode).toBe(204);
    await waitFor(() => heard.some((bell) => bell.id === 'sandbox.wake'), { what: 'sandbox.wake' });
    expect(await shown()).toMatchObject([
      {
        id: 'wa-1',
        text: 'hello',
        editedAt: expect.any(String),
        revokedAt: null,
        reactions: { business: '🙏', customer: null },
      },
      { id: 'wa-2', text: '', editedAt: null, revokedAt: expect.any(String) },
    ]);
    const { runner } = await workers(place.database);
    const { sandbox } = runner.workspace(place.here.workspace.workspaceId);
    await sandbox.markRelayed(place.here.botId, ['wa-1', 'wa-2']);
    const told = await sandbox.unrelayedChanges(place.here.botId, 10);
    expect(told.map(({ change, author }) => [change, author])).toEqual([
      ['edit', 'customer'],
      ['reaction', 'phone'],
      ['revoke', 'phone'],
    ]);
  });

  it('do nothing with what is not theirs, not there, or gone', async () => {
    await writes('wa-3');
    expectProblem(await does('nothing', 'edit', { text: 'x' }), 404, 'unknown-message');
    expectProblem(await does('wa-3', 'edit', { text: 'x', from: '+5511900000009' }), 404, 'unknown-message');
    expectProblem(await does('wa-3', 'edit', { text: 'x', fromBusiness: true }), 409, 'not-the-author');
    expectProblem(await does('wa-3', 'revoke', { fromBusiness: true }), 409, 'not-the-author');
    expect((await does('wa-3', 'revoke')).statusCode).toBe(204);
    expect((await does('wa-3', 'revoke')).statusCode).toBe(204);
    expectProblem(await does('wa-3', 'edit', { text: 'x' }), 409, 'taken-back');
    expectProblem(await does('wa-3', 'react', { emoji: '👍' }), 409, 'taken-back');
    expectProblem(await does('wa-3', 'edit', { text: '' }), 400, 'invalid-request');
    expectProblem(await does('wa-3', 'react', { emoji: 'x'.repeat(65) }), 400, 'invalid-request');
    expectProblem(await does('wa-3', 'react'), 400, 'invalid-request');
  });

  it('belong to a workspace, and to sandbox bots', async () => {
    await writes('wa-4');
    const { as } = await aWorkplace(place.gateway, place.database);
    expectProblem(
      await as.admin('POST', `${base}/messages/wa-4/edit`, { body: { from, text: 'x' } }),
      404,
      'unknown-bot',
    );
    const query = ownerQuery(place.database.ownerUrl);
    const engine = (name: string) => query('update bots set engine = $2 where id = $1', [place.here.botId, name]);
    await engine('whatsapp-web.js');
    expectProblem(await does('wa-4', 'edit', { text: 'x' }), 409, 'not-a-sandbox-bot');
    await engine('sandbox');
  });
});

it('a conversation shows what was edited, taken back and reacted to', async () => {
  const { as, leadId } = place.here;
  await ownerQuery(place.database.ownerUrl)(
    `update lead_messages set edited_at = '2026-03-01T12:00:00Z', reactions = '{"customer": "👍"}' where lead_id = $1`,
    [leadId],
  );
  const page = messagePage.parse((await as.vendor('GET', `/api/leads/${leadId}/messages`)).json());
  expect(page.items[0]).toMatchObject({
    editedAt: '2026-03-01T12:00:00.000Z',
    revokedAt: null,
    reactions: { customer: '👍', business: null },
  });
  await ownerQuery(place.database.ownerUrl)(
    `update lead_messages set message = '', revoked_at = '2026-03-01T12:05:00Z', reactions = '{}' where lead_id = $1`,
    [leadId],
  );
  const again = messagePage.parse((await as.vendor('GET', `/api/leads/${leadId}/messages`)).json());
  expect(again.items[0]).toMatchObject({ text: '', revokedAt: '2026-03-01T12:05:00.000Z' });
  expect(leadDetail.safeParse((await as.vendor('GET', `/api/leads/${leadId}`)).json()).success).toBe(true);
});
