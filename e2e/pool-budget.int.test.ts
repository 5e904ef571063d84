import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { serviceNames } from '@wbm/runtime';
import {
  closeAfterwards,
  freshDatabase,
  lastingPort,
  ownPostgres,
  redisPrefix,
  redisUrl,
  startService,
  waitFor,
} from '@wbm/testkit';
import { expect, test } from 'vitest';

const environment = (databaseUrl: string) => ({
  APP_MODE: 'embedded',
  DATABASE_URL: databaseUrl,
  REDIS_URL: redisUrl(),
  REDIS_PREFIX: redisPrefix(),
  JWT_SECRET: randomBytes(32).toString('hex'),
  PORT: '0',
});

test.each(serviceNames)('%s ends with one clear error when all pools together do not fit Postgres', async (name) => {
  const { appUrl } = await freshDatabase();
  const attempt = startService(name, { ...environment(appUrl), BOT_RUNNER_REPLICAS: '800' });
  const error = await attempt.then(
    () => undefined,
    (refused: Error) => refused.message,
  );
  expect(error).toContain(`${name} ended (1) before it was ready`);
  expect(error?.match(/service\.start-failed/g)).toHaveLength(1);
  expect(error).toMatch(
    /want 8035 connections, but Postgres grants 497 .*BOT_RUNNER_POOL_SIZE 10 × BOT_RUNNER_REPLICAS/,
  );
});

test('while Postgres is away a service waits, alive and not ready, and asks when it comes', async () => {
  const postgres = await ownPostgres();
  await postgres.stop();
  const opsPort = await lastingPort();
  const started = startService('scheduler', { ...environment(postgres.appUrl), OPS_PORT: String(opsPort) });
  started.catch(() => undefined);
  const status = async (path: string) => (await fetch(`http://127.0.0.1:${opsPort}${path}`)).status;
  await waitFor(async () => (await status('/live')) === 200, { what: 'the service to live' });
  expect(await status('/ready')).toBe(503);
  await postgres.start();
  const service = await started;
  expect(service.logs.filter((line) => line.event === 'db.awaited')).toHaveLength(1);
  await waitFor(async () => (await status('/ready')) === 200, { what: 'the service to be ready' });
});

test('a service told to stop while it waits for Postgres ends in order', async () => {
  const url = `postgres://wbm:secret@127.0.0.1:${await lastingPort()}/wbm`;
  const child = spawn(process.execPath, ['services/lead-worker/src/main.ts'], {
    env: { PATH: process.env.PATH, ENV_FILE: 'none', ...environment(url) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  closeAfterwards('lead-worker', () => child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await waitFor(() => said.includes('db.awaited'), { what: 'it to wait for Postgres' });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(said).not.toContain('service.ready');
});
