import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeAfterwards, freshDatabase } from '@wbm/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { aGateway, expectProblem, type Gateway } from './a-gateway.ts';

let gateway: Gateway;
let unbuilt: Gateway;
beforeAll(async () => {
  const database = await freshDatabase();
  const dist = await mkdtemp(join(tmpdir(), 'wbm-dist-'));
  closeAfterwards(dist, () => rm(dist, { recursive: true, force: true }));
  await mkdir(join(dist, 'assets'));
  await writeFile(join(dist, 'index.html'), '<!doctype html><title>The dashboard</title>');
  await writeFile(join(dist, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(dist, '.sources'), 'of the build');
  await writeFile(join(dist, 'assets', 'app-3f2a.js'), 'export {};');
  gateway = await aGateway(database, { dashboardDist: dist });
  unbuilt = await aGateway(database, { dashboardDist: join(dist, 'nothing') });
});

describe('the dashboard', () => {
  it.each(['/', '/sales', '/sandbox', '/leads/17', '/login', '/denied'])(
    'is at %s, never from a cache',
    async (url) => {
      const answer = await gateway.app.inject({ url });
      expect([answer.statusCode, answer.headers['cache-control']]).toEqual([200, 'no-cache']);
      expect(answer.body).toContain('The dashboard');
      expect(answer.headers['content-security-policy']).toContain("script-src 'self';");
      expect(answer.headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    },
  );

  it('has assets that are kept for ever, and an icon', async () => {
    const asset = await gateway.app.inject({ url: '/assets/app-3f2a.js' });
    expect([asset.statusCode, asset.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
    expect((await gateway.app.inject({ url: '/icon.svg' })).headers['content-type']).toBe('image/svg+xml');
    expectProblem(await gateway.app.inject({ url: '/assets/gone.js' }), 404, 'not-found');
    expectProblem(await gateway.app.inject({ url: '/assets/..%2findex.html' }), 404, 'not-found');
    expectProblem(await gateway.app.inject({ url: '/.sources' }), 404, 'not-found');
  });

  it('says in its own words that an address does not exist, whenever a browser asks', async () => {
    const browsing = {
      accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
      'if-modified-since': new Date().toUTCString(),
    };
    for (const url of ['/no/such/page', '/sales-figures', '/apiary', '/no%20such?q=/api']) {
      const answer = await gateway.app.inject({ url, headers: browsing });
      expect([answer.statusCode, answer.headers['cache-control']]).toEqual([404, 'no-store']);
      expect(answer.headers['content-type']).toMatch(/^text\/html/);
      expect(answer.body).toContain('The dashboard');
      expect(answer.headers.etag).toBeUndefined();
    }
    for (const url of ['/api/nothing', '/api', '/ws/x', '/auth/nothing', '/docs/x', '/assets/gone.js', '/metrics']) {
      expectProblem(await gateway.app.inject({ url, headers: browsing }), 404, 'not-found');
    }
    expectProblem(await gateway.app.inject({ url: '/no/such/page' }), 404, 'not-found');
    expectProblem(await gateway.app.inject({ url: '/no/such/page', headers: { accept: '*/*' } }), 404, 'not-found');
    expectProblem(await gateway.app.inject({ method: 'POST', url: '/sales', headers: browsing }), 404, 'not-found');
    expect((await unbuilt.app.inject({ url: '/no/such/page', headers: browsing })).statusCode).toBe(503);
  });

  it('says what to do when it is not built', async () => {
    const answer = await unbuilt.app.inject({ url: '/' });
    expect([answer.statusCode, answer.body]).toEqual([503, expect.stringContaining('npm start')]);
  });
});

describe('the API as a document', () => {
  it('says of every route what it takes, what it answers and how it refuses', async () => {
    const document = (await gateway.app.inject({ url: '/openapi.json' })).json();
    expect(document.openapi).toBe('3.1.0');
    const operations = Object.values<
      Record<string, { summary?: string; responses: Record<string, { content?: object }> }>
    >(document.paths).flatMap((path) => Object.values(path));
    expect(operations.length).toBeGreaterThan(20);
    for (const { summary, responses } of operations) {
      expect(summary).toBeTruthy();
      expect(responses['4XX']?.content).toHaveProperty('application/problem+json');
    }
    const body = document.paths['/api/bots'].post.requestBody.content['application/json'].schema;
    expect(body.required).toEqual(['name', 'prompt']);
    expect(document.paths).toHaveProperty('/ws');
  });

  it('is a page that takes nothing from elsewhere', async () => {
    const page = await gateway.app.inject({ url: '/docs' });
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/https?:\/\//);
    const script = /src="([^"]+)"/.exec(page.body)?.[1] ?? '';
    expect((await gateway.app.inject({ url: script })).headers['content-type']).toMatch(/javascript/);
    expect((await gateway.app.inject({ url: '/docs/kit/' })).headers.location).toBe('/docs');
  });
});

it('says that it lives and works; its metrics are not public', async () => {
  expect((await gateway.app.inject({ url: '/live' })).json()).toEqual({ live: true });
  expect((await gateway.app.inject({ url: '/ready' })).statusCode).toBe(200);
  expectProblem(await gateway.app.inject({ url: '/metrics' }), 404, 'not-found');
});

it('asks whether it works once a second, however often that is asked of it', async () => {
  let [asked, ready, nowMs] = [0, true, 5_000];
  const { app } = await aGateway(await freshDatabase(), {
    clock: { now: () => new Date(), monotonicMs: () => nowMs },
    isReady: async () => {
      asked += 1;
      return { ready, checks: [{ name: 'postgres', ok: ready }] };
    },
  });
  const answers = async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => app.inject({ url: '/ready' })));
    return [...new Set(all.map(({ statusCode }) => statusCode))];
  };
  expect([await answers(), asked]).toEqual([[200], 1]);
  ready = false;
  nowMs += 999;
  expect([await answers(), asked]).toEqual([[200], 1]);
  nowMs += 1;
  expect([await answers(), asked]).toEqual([[503], 2]);
  expect((await app.inject({ url: '/ready' })).json()).toEqual({
    ready: false,
    checks: [{ name: 'postgres', ok: false }],
  });
});
