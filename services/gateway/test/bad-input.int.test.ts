import { problem } from '@wbm/contracts';
import { assertLogsClean } from '@wbm/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem } from './a-gateway.ts';
import { aPlace } from './a-workplace.ts';

let place: Awaited<ReturnType<typeof aPlace>>;
beforeAll(async () => {
  place = await aPlace();
});

const json = { 'content-type': 'application/json' };
const good = { name: 'A bot', prompt: 'Be kind.' };
type Case = readonly [
  what: string,
  method: 'GET' | 'POST' | 'PATCH' | 'PUT',
  url: string,
  body: unknown,
  headers: Record<string, string>,
  status: number,
  code: string,
  paths?: readonly string[],
];

const cursor = (...keys: unknown[]) => Buffer.from(JSON.stringify(keys)).toString('base64url');
const TOO_LARGE = 2_147_483_648;
const features = {
  schedulingEnabled: true,
  autoResponseEnabled: true,
  leadCaptureEnabled: true,
  workingHoursEnabled: true,
  workingHoursStart: '09:00',
  workingHoursEnd: '18:00',
};

const cases: readonly Case[] = [
  ...[TOO_LARGE, -TOO_LARGE - 1, -1].flatMap((version): Case[] => [
    [
      `a bot’s version ${version}`,
      'PATCH',
      '/api/bots/:bot',
      { version, name: 'x' },
      json,
      400,
      'invalid-request',
      ['body.version'],
    ],
    [
      `a version ${version} of features`,
      'PUT',
      '/api/bots/:bot/features',
      { ...features, version },
      json,
      400,
      'invalid-request',
      ['body.version'],
    ],
  ]),
  ...[
    `/api/leads/:lead/messages?cursor=${cursor(TOO_LARGE)}`,
    `/api/leads/:lead/messages?cursor=${cursor(-TOO_LARGE - 1)}`,
    `/api/leads?cursor=${cursor('2026-01-01T00:00:00Z', TOO_LARGE)}`,
    `/api/leads?cursor=${cursor('0000-01-01T00:00:00Z', 1)}`,
    `/api/leads?waiting=true&cursor=${cursor('waiting', '2026-01-01T00:00:00Z', TOO_LARGE)}`,
    `/api/leads?waiting=true&cursor=${cursor('waiting', '0000-01-01T00:00:00Z', 1)}`,
  ].map((url): Case => [`a place nothing can be at: ${url}`, 'GET', url, undefined, {}, 400, 'bad-cursor']),
  ['invalid JSON', 'POST', '/api/bots', '{"name": ', json, 400, 'invalid-json'],
  [
    'JSON that reaches for the prototype',
    'POST',
    '/api/bots',
    '{"__proto__": {"admin": true}}',
    json,
    400,
    'invalid-json',
  ],
  [
    'a body that is not JSON',
    'POST',
    '/api/bots',
    'name=x',
    { 'content-type': 'application/x-www-form-urlencoded' },
    415,
    'not-json',
  ],
  [
    'plain text, which needs no asking across sites',
    'POST',
    '/api/bots',
    '{}',
    { 'content-type': 'text/plain' },
    415,
    'not-json',
  ],
  ['no body', 'POST', '/api/bots', undefined, {}, 400, 'invalid-request', ['body']],
  ['an empty body', 'POST', '/api/bots', '', json, 400, 'invalid-request', ['body']],
  ['a list for an object', 'POST', '/api/bots', [], json, 400, 'invalid-request', ['body']],
  ['nothing that is needed', 'POST', '/api/bots', {}, json, 400, 'invalid-request', ['body.name', 'body.prompt']],
  ['a blank name', 'POST', '/api/bots', { ...good, name: '   ' }, json, 400, 'invalid-request', ['body.name']],
  ['an id no bot can have', 'POST', '/api/bots', { ...good, id: '../etc' }, json, 400, 'invalid-request', ['body.id']],
  [
    'an engine nobody knows',
    'POST',
    '/api/bots',
    { ...good, engine: 'carrier-pigeon' },
    json,
    400,
    'invalid-request',
    ['body.engine'],
  ],
  [
    'a time zone nobody lives in',
    'POST',
    '/api/bots',
    { ...good, timeZone: 'Mars/Olympus' },
    json,
    400,
    'invalid-request',
    ['body.timeZone'],
  ],
  [
    'a rule that asks for nothing',
    'POST',
    '/api/bots',
    { ...good, qualification: [] },
    json,
    400,
    'invalid-request',
    ['body.qualification'],
  ],
  ['a wait below zero', 'POST', '/api/bots', { ...good, quietMs: -1 }, json, 400, 'invalid-request', ['body.quietMs']],
  [
    'a change without its version',
    'PATCH',
    '/api/bots/:bot',
    { name: 'x' },
    json,
    400,
    'invalid-request',
    ['body.version'],
  ],
  ['an unknown bot', 'GET', '/api/bots/nobody', undefined, {}, 404, 'unknown-bot'],
  ['a bot id that cannot be', 'GET', '/api/bots/No%20Body', undefined, {}, 404, 'unknown-bot'],
  ['an unknown bot to start', 'POST', '/api/bots/nobody/start', undefined, {}, 404, 'unknown-bot'],
  [
    'an unknown bot’s phone',
    'POST',
    '/api/sandbox/bots/nobody/messages',
    { from: '+5511900000001', text: 'x' },
    json,
    404,
    'unknown-bot',
  ],
  [
    'an hour that is none',
    'PUT',
    '/api/bots/:bot/features',
    { ...features, workingHoursStart: '25:00', version: 1 },
    json,
    400,
    'invalid-request',
    ['body.workingHoursStart'],
  ],
  ['a lead id that is a word', 'GET', '/api/leads/first', undefined, {}, 404, 'unknown-lead'],
  ['a lead id that is too large', 'GET', '/api/leads/99999999999', undefined, {}, 404, 'unknown-lead'],
  ['a lead nobody has', 'GET', '/api/leads/2147483647/messages', undefined, {}, 404, 'unknown-lead'],
  [
    'a page of ten thousand',
    'GET',
    '/api/leads?limit=10000',
    undefined,
    {},
    400,
    'invalid-request',
    ['querystring.limit'],
  ],
  [
    'a stage there is not',
    'GET',
    '/api/leads?status=married',
    undefined,
    {},
    400,
    'invalid-request',
    ['querystring.status'],
  ],
  ['an empty message', 'POST', '/api/leads/:lead/messages', { text: '' }, json, 400, 'invalid-request', ['body.text']],
  [
    'a message that is too long',
    'POST',
    '/api/leads/:lead/messages',
    { text: 'x'.repeat(4_097) },
    json,
    400,
    'invalid-request',
    ['body.text'],
  ],
  [
    'an assignee without an address',
    'POST',
    '/api/leads/:lead/assign',
    { to: 'vera' },
    json,
    400,
    'invalid-request',
    ['body.to'],
  ],
  [
    'a phone number that is none',
    'POST',
    '/api/sandbox/bots/:bot/messages',
    { from: 'call me', text: 'x' },
    json,
    400,
    'invalid-request',
    ['body.from'],
  ],
  [
    'a chat of no phone number',
    'GET',
    '/api/sandbox/bots/:bot/chats/maria/messages',
    undefined,
    {},
    400,
    'invalid-request',
    ['params.phone'],
  ],
  ['an address that is nothing', 'GET', '/api/nothing', undefined, {}, 404, 'not-found'],
  ['a broken escape', 'GET', '/api/bots/%E0%A4%A', undefined, {}, 400, 'bad-request'],
  ['the socket without an upgrade', 'GET', '/ws', undefined, {}, 426, 'upgrade-required'],
];

it('the first and the last moment there are make a page', async () => {
  for (const at of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z']) {
    for (const url of [
      `/api/leads?cursor=${cursor(at, 1)}`,
      `/api/leads?waiting=true&cursor=${cursor('waiting', at, 1)}`,
    ]) {
      expect((await place.here.as.admin('GET', url)).statusCode).toBe(200);
    }
  }
});

describe('one clear problem for', () => {
  const rows = cases.map(([what, method, url, body, headers, status, code, paths]) => ({
    what, method, url, body, headers, status, code, paths,
  })); // biome-ignore format: the columns by name
  it.each(rows)('$what', async ({ method, url, body, headers, status, code, paths }) => {
    const { here } = place;
    const filled = url.replace(':bot', here.botId).replace(':lead', String(here.leadId));
    const refused = expectProblem(await here.as.admin(method, filled, { headers, body }), status, code);
    if (paths) expect(refused.errors?.map((error) => error.path)).toEqual(paths);
  });

  it('a body over 64 kB, and one of just under it is read', async () => {
    const bodyOf = (bytes: number) => {
      const empty = JSON.stringify({ ...good, prompt: '' });
      return JSON.stringify({ ...good, prompt: 'x'.repeat(bytes - empty.length) });
    };
    const post = (body: string) => place.here.as.admin('POST', '/api/bots', { body, headers: json });
    expectProblem(await post(bodyOf(64 * 1024 + 1)), 413, 'body-too-large');
    expectProblem(await post(bodyOf(64 * 1024)), 400, 'invalid-request');
  });

  it('a body over 64 kB that does not say how long it is, over the real port', async () => {
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let n = 0; n < 80; n += 1) controller.enqueue(new Uint8Array(1024).fill(32));
        controller.close();
      },
    });
    const init: RequestInit = {
      method: 'POST',
      body: chunks,
      duplex: 'half',
      headers: { ...json, cookie: place.here.cookies.admin },
    };
    const answer = await fetch(`${place.gateway.url}/api/bots`, init);
    expect([answer.status, problem.parse(await answer.json()).code]).toEqual([413, 'body-too-large']);
    expect((await fetch(`${place.gateway.url}/live`)).status).toBe(200);
  });
});

it('a problem never repeats what it was given, and neither do the logs', async () => {
  const secret = 'maria.secret@example.com';
  const { here, gateway } = place;
  const answers = [
    await here.as.admin('POST', '/api/bots', {
      body: { ...good, timeZone: secret, engine: secret, id: secret, [secret]: 1 },
    }),
    await here.as.admin('POST', '/api/bots', { body: `{"name": "${secret}"`, headers: json }),
    await here.as.admin('GET', `/api/leads?status=${secret}&cursor=${secret}`),
    await here.as.admin('POST', `/api/sandbox/bots/${here.botId}/messages`, {
      body: { from: secret, text: 'A text nobody logs' },
    }),
    await here.as.admin('POST', `/api/sandbox/bots/${here.botId}/messages`, {
      body: { from: '+5511955554444', text: 'A text nobody logs', name: 'Maria Secreta' },
    }),
    await here.as.admin('GET', `/api/sandbox/bots/${here.botId}/chats/5511955554444/messages`),
  ];
  for (const { body } of answers.slice(0, 4)) expect(body).not.toContain(secret);
  const lines = gateway.lines.map((line) => JSON.parse(line));
  expect(lines.length).toBeGreaterThan(50);
  assertLogsClean(lines, [
    secret,
    'A text nobody logs',
    'Maria Secreta',
    '5511955554444',
    here.workspace.admin,
    'Ada Admin',
  ]);
});
