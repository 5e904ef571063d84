import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBlobs } from '@wbm/blobs';
import { openBus } from '@wbm/bus';
import { type Problem, problem } from '@wbm/contracts';
import { issueSignInLinks, openDatabase } from '@wbm/db';
import { createLog, MetricsRegistry, systemClock } from '@wbm/runtime';
import { closeAfterwards, redisPrefix, redisUrl, startHearing, type TestDatabase } from '@wbm/testkit';
import { expect } from 'vitest';
import { type AppOptions, buildApp } from '../src/app.ts';

const jwtSecret = randomBytes(32).toString('hex');

type Overrides = Partial<AppOptions> & { readonly redis?: string; readonly prefix?: string };

/** A gateway on the real Postgres and Redis, listening on a port of its own; closed when the test file is over. */
export async function aGateway(
  database: TestDatabase,
  { redis = redisUrl(), prefix = redisPrefix(), ...overrides }: Overrides = {},
) {
  const lines: string[] = [];
  const log = createLog({
    service: 'gateway',
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
  });
  const metrics = new MetricsRegistry('gateway');
  const stores = await openDatabase({ url: database.appUrl, service: 'gateway', poolSize: 6, log });
  closeAfterwards('gateway stores', () => stores.close());
  const bus = openBus({ redisUrl: redis, prefix, service: 'gateway', log, metrics });
  closeAfterwards('gateway bus', () => bus.close());
  const blobDir = mkdtempSync(join(tmpdir(), 'wbm-gateway-blobs-'));
  closeAfterwards('gateway blobs', () => rmSync(blobDir, { recursive: true, force: true }));
  const blobs = openBlobs({ dir: blobDir });
  const app = await buildApp({
    storage: stores,
    bells: bus,
    blobs,
    log,
    metrics,
    clock: systemClock,
    isReady: async () => ({ ready: await stores.ping(), checks: [] }),
    mode: 'embedded',
    assistant: 'scripted',
    jwtSecret,
    publicUrl: undefined,
    dashboardDist: '/nowhere',
    rateLimitPerMinute: 100_000,
    trustedProxies: 0,
    ...overrides,
  });
  await startHearing(bus);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  closeAfterwards('gateway', () => app.close());
  return { app, bus, blobs, blobDir, stores, metrics, prefix, url, lines };
}
export type Gateway = Awaited<ReturnType<typeof aGateway>>;

/** Follows a sign-in link as a browser would, and answers the cookie to send. */
export async function signIn(
  gateway: Gateway,
  database: TestDatabase,
  workspaceId: string,
  email: string,
): Promise<string> {
  const links = await issueSignInLinks({ ownerUrl: database.ownerUrl, workspaceId, emails: [email], ttlMs: 60_000 });
  const answer = await gateway.app.inject({ url: `/auth/link?token=${links[email]}` });
  const [cookie] = answer.cookies;
  if (cookie === undefined) throw new Error(`no cookie: ${answer.statusCode} ${answer.body}`);
  return `${cookie.name}=${cookie.value}`;
}

type Call = { readonly headers?: Record<string, string>; readonly body?: unknown };
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Calls the API as whoever has the cookie. */
export function caller(gateway: Gateway, cookie?: string) {
  return (method: Method, url: string, { headers = {}, body }: Call = {}) =>
    gateway.app.inject({
      method,
      url,
      headers: { ...(cookie === undefined ? {} : { cookie }), ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
}
export type Caller = ReturnType<typeof caller>;
type Answer = Awaited<ReturnType<Caller>>;

/** Expects a refusal in the form every refusal has. */
export function expectProblem(answer: Answer, status: number, code: string): Problem {
  expect({ status: answer.statusCode, code: answer.json().code }, answer.body).toEqual({ status, code });
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  const document = problem.parse(answer.json());
  expect(document.status).toBe(status);
  expect(document.detail?.length).toBeGreaterThan(20);
  return document;
}
