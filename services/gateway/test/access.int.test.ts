import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem } from './a-gateway.ts';
import { aLead, aPlace, aWorkplace, type Workplace } from './a-workplace.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Who = 'admin' | 'vendor' | 'nobody';

let place: Awaited<ReturnType<typeof aPlace>>;
let elsewhere: Workplace;
beforeAll(async () => {
  place = await aPlace();
  elsewhere = await aWorkplace(place.gateway, place.database);
});

const features = {
  schedulingEnabled: false,
  autoResponseEnabled: true,
  leadCaptureEnabled: true,
  workingHoursEnabled: false,
  workingHoursStart: '09:00',
  workingHoursEnd: '18:00',
  version: 0,
};

const someone = { from: '+5511900000001' };
const noFile = '00000000-0000-4000-8000-000000000000';

/** Every route of the API, with what each role gets. `:bot` and `:lead` stand for those of the workspace that asks. */
const matrix: readonly (readonly [
  Method,
  string,
  { readonly admin: number; readonly vendor: number; readonly body?: object },
])[] = [
  ['GET', '/api/session', { admin: 200, vendor: 200 }],
  ['GET', '/api/bots', { admin: 200, vendor: 200 }],
  ['POST', '/api/bots', { admin: 201, vendor: 403, body: { name: 'New', prompt: 'Be kind.' } }],
  ['GET', '/api/bots/:bot', { admin: 200, vendor: 200 }],
  ['PATCH', '/api/bots/:bot', { admin: 409, vendor: 403, body: { name: 'New name', version: 99 } }],
  ['POST', '/api/bots/:bot/start', { admin: 200, vendor: 403 }],
  ['POST', '/api/bots/:bot/stop', { admin: 200, vendor: 403 }],
  ['POST', '/api/bots/:bot/restart', { admin: 200, vendor: 403 }],
  ['POST', '/api/bots/:bot/logout', { admin: 409, vendor: 403 }],
  ['POST', '/api/bots/:bot/pairing-code', { admin: 400, vendor: 403, body: { phone: '+15550001111' } }],
  ['POST', '/api/bots/:bot/self-test', { admin: 409, vendor: 403 }],
  ['GET', '/api/bots/:bot/sending', { admin: 200, vendor: 200 }],
  ['GET', '/api/bots/:bot/features', { admin: 200, vendor: 403 }],
  ['PUT', '/api/bots/:bot/features', { admin: 409, vendor: 403, body: features }],
  ['GET', '/api/leads', { admin: 200, vendor: 200 }],
  ['GET', '/api/leads/:lead', { admin: 200, vendor: 200 }],
  ['POST', '/api/leads/:lead/claim', { admin: 200, vendor: 200 }],
  ['POST', '/api/leads/:lead/assign', { admin: 400, vendor: 403, body: { to: 'stranger@nowhere.test' } }],
  ['GET', '/api/leads/:lead/messages', { admin: 200, vendor: 200 }],
  ['POST', '/api/leads/:lead/messages', { admin: 201, vendor: 201, body: { text: 'Hello' } }],
  ['POST', '/api/leads/:lead/release', { admin: 200, vendor: 200 }],
  // Whose file it is, and that it is nobody else's, is said with the files.
  ['POST', '/api/uploads', { admin: 415, vendor: 415 }],
  ['GET', `/api/media/${noFile}`, { admin: 404, vendor: 404 }],
  ['POST', `/api/media/${noFile}/fetch`, { admin: 404, vendor: 404 }],
  ['POST', '/api/sandbox/bots/:bot/scan', { admin: 409, vendor: 409 }],
  [
    'POST',
    '/api/sandbox/bots/:bot/messages',
    { admin: 201, vendor: 201, body: { from: '+5511900000001', text: 'Hi' } },
  ],
  ['POST', '/api/sandbox/bots/:bot/messages/none/edit', { admin: 404, vendor: 404, body: { ...someone, text: 'Hi' } }],
  ['POST', '/api/sandbox/bots/:bot/messages/none/revoke', { admin: 404, vendor: 404, body: someone }],
  ['POST', '/api/sandbox/bots/:bot/messages/none/react', { admin: 404, vendor: 404, body: { ...someone, emoji: '' } }],
  ['GET', '/api/sandbox/bots/:bot/chats/+5511900000001/messages', { admin: 200, vendor: 200 }],
  ['DELETE', '/api/bots/:bot', { admin: 204, vendor: 403 }],
];

const fill = (url: string, { botId, leadId }: Pick<Workplace, 'botId' | 'leadId'>) =>
  url.replace(':bot', botId).replace(':lead', String(leadId));

it('the table below names every route of the API', () => {
  const routes = place.gateway.app.swagger().paths ?? {};
  const documented = Object.entries(routes).flatMap(([path, operations]) =>
    Object.keys(operations ?? {}).map((method) => `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '*')}`),
  );
  const named = matrix.map(
    ([method, url]) =>
      `${method} ${url.replace(':bot', '*').replace(':lead', '*').replace(/\+\d+/, '*').replace(noFile, '*').replace('/none/', '/*/')}`,
  );
  expect(documented.filter((route) => route.includes('/api/')).sort()).toEqual([...named].sort());
});

// The admin last: that one deletes the bot.
describe.each(['vendor', 'nobody', 'admin'] satisfies Who[])('for %s', (who) => {
  it.each(matrix)('%s %s', async (method, url, { body, ...expected }) => {
    const answer = await place.here.as[who](method, fill(url, place.here), { ...(body ? { body } : {}) });
    if (who === 'nobody') expectProblem(answer, 401, 'signed-out');
    else if (expected[who] === 403) expectProblem(answer, 403, 'not-permitted');
    else expect(answer.statusCode, answer.body).toBe(expected[who]);
  });
});

describe('another workspace', () => {
  it.each(matrix.filter(([, url]) => url.includes(':')))('is not reached by %s %s', async (method, url, { body }) => {
    const theirs = fill(url, elsewhere);
    const valid = url.endsWith('/assign') ? { to: place.here.workspace.vendor } : body;
    const answer = await place.here.as.admin(method, theirs, { ...(valid ? { body: valid } : {}) });
    expectProblem(answer, 404, url.includes(':lead') ? 'unknown-lead' : 'unknown-bot');
  });

  it('is not in any list', async () => {
    const { here, database } = place;
    await aLead(database, elsewhere.workspace.workspaceId, elsewhere.botId, 'A secret of theirs');
    const [bots, leads] = [await here.as.admin('GET', '/api/bots'), await here.as.admin('GET', '/api/leads')];
    expect(bots.body).not.toContain(elsewhere.botId);
    expect(leads.body).not.toContain('A secret of theirs');
    expect((await elsewhere.as.vendor('GET', '/api/leads')).body).toContain('A secret of theirs');
    const searched = await here.as.admin('GET', `/api/leads?botId=${elsewhere.botId}`);
    expect(searched.json()).toEqual({ items: [], nextCursor: null });
  });

  it('keeps its members to itself: a lead goes to nobody of another workspace', async () => {
    const leadId = await aLead(place.database, elsewhere.workspace.workspaceId, elsewhere.botId);
    const answer = await elsewhere.as.admin('POST', `/api/leads/${leadId}/assign`, {
      body: { to: place.here.workspace.vendor },
    });
    expectProblem(answer, 400, 'not-a-member');
  });
});
