import { issueSignInLinks } from '@wbm/db';
import { ownerQuery } from '@wbm/testkit';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { aGateway, caller, expectProblem } from './a-gateway.ts';
import { aPlace } from './a-workplace.ts';

let place: Awaited<ReturnType<typeof aPlace>>;
beforeAll(async () => {
  place = await aPlace();
});

const linkFor = async (email: string, ttlMs = 60_000) => {
  const { database, here } = place;
  const links = await issueSignInLinks({
    ownerUrl: database.ownerUrl,
    workspaceId: here.workspace.workspaceId,
    emails: [email],
    ttlMs,
  });
  return `/auth/link?token=${links[email]}`;
};

describe('a sign-in link', () => {
  it.each([
    ['admin', '/'],
    ['vendor', '/sales'],
  ] as const)('signs the %s in and leads to %s', async (who, page) => {
    const answer = await place.gateway.app.inject({ url: await linkFor(place.here.workspace[who]) });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, page]);
    expect(answer.cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', maxAge: 7 * 24 * 3_600 });
  });

  it('works once, and says so the second time, to a program and to a person', async () => {
    const url = await linkFor(place.here.workspace.admin);
    await place.gateway.app.inject({ url });
    const problem = expectProblem(await place.gateway.app.inject({ url }), 410, 'link-used');
    expect(problem.detail).toContain('npm run links');
    expect(problem.instance).toBe('/auth/link');
    const page = await place.gateway.app.inject({ url, headers: { accept: 'text/html' } });
    expect([page.statusCode, page.headers['content-type']]).toEqual([410, 'text/html; charset=utf-8']);
    expect(page.body).toContain('npm run links');
  });

  it('expires', async () => {
    expectProblem(
      await place.gateway.app.inject({ url: await linkFor(place.here.workspace.admin, -1) }),
      410,
      'link-used',
    );
  });

  it('is not used up by looking whether it is there, nor from another machine', async () => {
    const url = await linkFor(place.here.workspace.admin);
    expectProblem(await place.gateway.app.inject({ url, remoteAddress: '10.0.0.7' }), 403, 'loopback-only');
    expectProblem(
      await place.gateway.app.inject({ url, headers: { 'x-forwarded-for': '10.0.0.7' } }),
      403,
      'loopback-only',
    );
    expect((await place.gateway.app.inject({ method: 'HEAD', url })).statusCode).toBe(404);
    expect((await place.gateway.app.inject({ url })).statusCode).toBe(303);
  });

  it('exists in embedded mode only, as the sandbox does', async () => {
    const server = await aGateway(place.database, { mode: 'server' });
    expectProblem(await server.app.inject({ url: await linkFor(place.here.workspace.admin) }), 404, 'not-found');
    const admin = caller(server, place.here.cookies.admin);
    expectProblem(await admin('POST', `/api/sandbox/bots/${place.here.botId}/scan`), 404, 'not-found');
    expectProblem(await admin('POST', '/api/bots', { body: { name: 'x', prompt: 'y' } }), 400, 'engine-not-available');
  });
});

describe('a session', () => {
  it('says who you are', async () => {
    const { workspace, as } = place.here;
    const answer = await as.vendor('GET', '/api/session');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json()).toEqual({
      user: { email: workspace.vendor, name: 'Vera Vendor' },
      workspace: { id: workspace.workspaceId, name: expect.any(String) },
      role: 'vendor',
      mode: 'embedded',
      assistant: 'scripted',
    });
  });

  it('has a cookie for https only when the public address is https', async () => {
    const secure = await aGateway(place.database, { publicUrl: 'https://bots.example.com' });
    const answer = await secure.app.inject({ url: await linkFor(place.here.workspace.admin) });
    expect(answer.cookies[0]).toMatchObject({ secure: true, name: expect.stringMatching(/^__Host-/) });
    expect(answer.headers['strict-transport-security']).toBeDefined();
  });

  it.each([
    ['no cookie', ''],
    ['rubbish', 'not.a.jwt'],
    [
      'no signature',
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"x"}').toString('base64url')}.`,
    ],
  ])('is not there with %s', async (_what, value) => {
    const name = place.here.cookies.admin.split('=')[0];
    expectProblem(await caller(place.gateway, `${name}=${value}`)('GET', '/api/session'), 401, 'signed-out');
  });

  it('is not there with the cookie of another installation', async () => {
    const [name] = place.here.cookies.admin.split('=');
    const other = await aGateway(place.database, { jwtSecret: 'x'.repeat(40) });
    const token = other.app.jwt.sign({ sub: place.here.workspace.workspaceId, ws: place.here.workspace.workspaceId });
    expectProblem(await caller(place.gateway, `${name}=${token}`)('GET', '/api/session'), 401, 'signed-out');
    expectProblem(await caller(other, place.here.cookies.admin)('GET', '/api/session'), 401, 'signed-out');
  });

  it('ends after seven days', async () => {
    const [name, token] = place.here.cookies.vendor.split('=');
    const { sub, ws, exp, iat } =
      place.gateway.app.jwt.decode<{ sub: string; ws: string; exp: number; iat: number }>(token ?? '') ?? {};
    expect((exp ?? 0) - (iat ?? 0)).toBe(7 * 24 * 3_600);
    const old = place.gateway.app.jwt.sign({ sub, ws, iat: (iat ?? 0) - 8 * 24 * 3_600 });
    expectProblem(await caller(place.gateway, `${name}=${old}`)('GET', '/api/session'), 401, 'signed-out');
  });

  it('ends by logging out', async () => {
    const answer = await place.here.as.vendor('POST', '/logout');
    expect([answer.statusCode, answer.cookies[0]?.value]).toEqual([204, '']);
  });

  it('follows the membership: another role counts at once, and a removed member is out at once', async () => {
    const owner = ownerQuery(place.database.ownerUrl);
    const { workspace, as } = place.here;
    const of = 'where workspace_id = $1 and user_id = (select id from users where email = $2)';
    const member = [workspace.workspaceId, workspace.otherVendor];
    await owner(`update memberships set role = 'admin' ${of}`, member);
    expect((await as.otherVendor('GET', '/api/session')).json().role).toBe('admin');
    await owner(`delete from memberships ${of}`, member);
    expectProblem(await as.otherVendor('GET', '/api/session'), 401, 'signed-out');
  });
});

describe('a write from another site', () => {
  it.each([
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['no origin at all', { origin: 'null' }, 403],
    ['what the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a sister domain', { 'sec-fetch-site': 'same-site' }, 403],
    ['our own page', { origin: 'http://bots.test:3000', host: 'bots.test:3000' }, 200],
    [
      'our own page behind a development server',
      { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:5173' },
      200,
    ],
    ['a program', {}, 200],
  ] as const)('with %s', async (_what, headers, status) => {
    const answer = await place.here.as.admin('POST', `/api/bots/${place.here.botId}/start`, { headers });
    if (status === 403) expectProblem(answer, 403, 'foreign-origin');
    else expect(answer.statusCode).toBe(status);
  });
});

it('gives one session no more than its share, and says when to come back', async () => {
  const gateway = await aGateway(place.database, { rateLimitPerMinute: 3 });
  const admin = caller(gateway, place.here.cookies.admin);
  for (let n = 0; n < 3; n += 1) expect((await admin('GET', '/api/session')).statusCode).toBe(200);
  const refused = await admin('GET', '/api/session');
  expectProblem(refused, 429, 'too-many-requests');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await caller(gateway, place.here.cookies.vendor)('GET', '/api/session')).statusCode).toBe(200);
});

it('asks Postgres for nobody who asks for too much, and tells strangers to wait as well', async () => {
  const gateway = await aGateway(place.database, { rateLimitPerMinute: 3 });
  const read = vi.spyOn(gateway.stores, 'workspace');
  for (const [who, first] of [
    [caller(gateway, place.here.cookies.admin), 200],
    [caller(gateway), 401],
  ] as const) {
    read.mockClear();
    for (let n = 0; n < 3; n += 1) expect((await who('GET', '/api/session')).statusCode).toBe(first);
    for (let n = 0; n < 5; n += 1) expectProblem(await who('GET', '/api/session'), 429, 'too-many-requests');
    expect(read).toHaveBeenCalledTimes(first === 200 ? 3 : 0);
  }
});

it('limits uploads by a number of their own', async () => {
  const gateway = await aGateway(place.database);
  const admin = caller(gateway, place.here.cookies.admin);
  const upload = () => admin('POST', '/api/uploads');
  // Ten at once, so that they are all of the same minute.
  for (let times = 0; times < 6; times++)
    for (const answer of await Promise.all(Array.from({ length: 10 }, upload)))
      expectProblem(answer, 415, 'not-a-form');
  expectProblem(await upload(), 429, 'too-many-requests');
  expect((await admin('GET', '/api/session')).statusCode).toBe(200);
  expectProblem(await caller(gateway)('POST', '/api/uploads'), 401, 'signed-out');
});
