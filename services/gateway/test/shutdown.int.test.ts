import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { issueSignInLinks } from '@wbm/db';
import {
  aWorkspace,
  freshDatabase,
  heldLock,
  ownerQuery,
  redisPrefix,
  redisUrl,
  startService,
  waitFor,
  waitsForLock,
} from '@wbm/testkit';
import { describe, expect, it } from 'vitest';
import { aBrowser } from './a-browser.ts';

const secrets = { JWT_SECRET: randomBytes(32).toString('hex') };

async function aRunningGateway() {
  const database = await freshDatabase();
  const workspace = await aWorkspace(database);
  const env = {
    DATABASE_URL: database.appUrl,
    REDIS_URL: redisUrl(),
    REDIS_PREFIX: redisPrefix(),
    APP_MODE: 'embedded',
    PORT: '0',
    ...secrets,
  };
  const service = await startService('gateway', env);
  const url = `http://127.0.0.1:${service.facts.port}`;
  const links = await issueSignInLinks({
    ownerUrl: database.ownerUrl,
    workspaceId: workspace.workspaceId,
    emails: [workspace.admin],
    ttlMs: 60_000,
  });
  const signedIn = await fetch(`${url}/auth/link?token=${links[workspace.admin]}`, { redirect: 'manual' });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const owner = ownerQuery(database.ownerUrl);
  const connections = async () => {
    const [row] = await owner<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = 'wbm gateway'`,
    );
    return row?.n ?? -1;
  };
  return { service, url, cookie, owner, ownerUrl: database.ownerUrl, connections };
}

describe('a stopping gateway', () => {
  it('finishes the request it has, says goodbye to browsers, leaves no connection, and ends with 0', async () => {
    const { service, url, cookie, owner, ownerUrl, connections } = await aRunningGateway();
    const browser = aBrowser({ url }, cookie);
    await browser.event('INIT');

    // A request is held up in the middle: somebody else has the table.
    const release = await heldLock(ownerUrl, 'lock table bots in access exclusive mode');
    const held = fetch(`${url}/api/bots`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Last one', prompt: 'Be kind.' }),
    });
    await waitsForLock(owner, 'gateway');

    const ended = service.stop();
    await service.waitForLog('service.stopping');
    await release();
    expect((await held).status).toBe(201);
    expect((await browser.over()).code).toBe(1001);
    expect(await ended).toEqual({ code: 0, signal: null });
    await waitFor(async () => (await connections()) === 0, { what: 'its connections to be closed' });
  });

  it('does not wait for those who say nothing, or never get to the end of it', async () => {
    const { service, url } = await aRunningGateway();
    const port = Number(new URL(url).port);
    for (const said of [
      '',
      'GET / HTTP/1.1\r\nHost: ',
      'POST /logout HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n',
    ]) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(said);
    }
    // Who waited for them would be past the deadline of a stop, and end with 1.
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  });

  it('told twice ends at once, with 1', async () => {
    const { service, url, cookie, owner, ownerUrl } = await aRunningGateway();
    const release = await heldLock(ownerUrl, 'lock table bots in access exclusive mode');
    fetch(`${url}/api/bots`, { headers: { cookie } }).catch(() => undefined);
    await waitsForLock(owner, 'gateway');
    service.kill('SIGTERM');
    await service.waitForLog('service.stopping');
    service.kill('SIGTERM');
    expect((await service.exited).code).toBe(1);
    await release();
  });
});

it('starts without Redis and answers, and says what is wrong with its environment', async () => {
  const database = await freshDatabase();
  const env = {
    DATABASE_URL: database.appUrl,
    REDIS_URL: 'redis://127.0.0.1:1',
    APP_MODE: 'embedded',
    PORT: '0',
    ...secrets,
  };
  const service = await startService('gateway', env);
  await waitFor(async () => (await fetch(`http://127.0.0.1:${service.facts.port}/ready`)).status === 200, {
    what: 'it to be ready',
  });
  expect((await service.stop()).code).toBe(0);
  await expect(startService('gateway', { ...env, HOST: '0.0.0.0' })).rejects.toThrow(/this machine only/);
  await expect(startService('gateway', { ...env, JWT_SECRET: 'short', PORT: 'many' })).rejects.toThrow(
    /JWT_SECRET[\s\S]*PORT|PORT[\s\S]*JWT_SECRET/,
  );
});
