import { freshDatabase, ownPostgres, ownRedis, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { aBrowser } from './a-browser.ts';
import { aGateway, expectProblem, type Gateway } from './a-gateway.ts';
import { aWorkplace, type Workplace } from './a-workplace.ts';

describe('while Redis is frozen', () => {
  let redis: Awaited<ReturnType<typeof ownRedis>>;
  let gateway: Gateway;
  let here: Workplace;
  beforeAll(async () => {
    const database = await freshDatabase();
    redis = await ownRedis();
    gateway = await aGateway(database, { redis: redis.url });
    here = await aWorkplace(gateway, database);
  });

  // That each waits for the bus once at most, and for how long, is said where the bus is tested.
  it('writes are stored and answered, and browsers load anew when it is back', async () => {
    const browser = aBrowser(gateway, here.cookies.vendor);
    await browser.event('INIT');
    redis.freeze();
    const claimed = await here.as.vendor('POST', `/api/leads/${here.leadId}/claim`);
    expect([claimed.statusCode, gateway.bus.hears()]).toEqual([200, false]);
    const posted = await here.as.vendor('POST', `/api/leads/${here.leadId}/messages`, { body: { text: 'Still here' } });
    expect(posted.statusCode).toBe(201);
    const made = await here.as.admin('POST', '/api/bots', { body: { name: 'Born in the dark', prompt: 'Be kind.' } });
    expect(made.statusCode).toBe(201);
    expect((await here.as.vendor('GET', `/api/leads/${here.leadId}/messages`)).body).toContain('Still here');
    redis.thaw();
    expect(await browser.over()).toEqual({ code: 1012, reason: 'missed' });
    // What it tells and what it hears come back one after the other, and each sends the browsers away.
    let again = aBrowser(gateway, here.cookies.vendor);
    await waitFor(
      async () => {
        if (again.socket.readyState === again.socket.CLOSED) again = aBrowser(gateway, here.cookies.vendor);
        await here.as.vendor('POST', `/api/leads/${here.leadId}/messages`, { body: { text: 'And back' } });
        return again.events().some((event) => JSON.stringify(event).includes('And back'));
      },
      { what: 'a browser to hear again', intervalMs: 250 },
    );
    await again.event('LEAD_MESSAGE', ({ message }) => message.text === 'And back');
  });
});

describe('while Postgres is away', () => {
  let postgres: Awaited<ReturnType<typeof ownPostgres>>;
  beforeAll(async () => {
    postgres = await ownPostgres();
  });

  it('everything that needs it says so, and works again when it is back', async () => {
    const gateway = await aGateway(postgres);
    const here = await aWorkplace(gateway, postgres);
    const browser = aBrowser(gateway, here.cookies.vendor);
    await browser.event('INIT');

    await postgres.stop('kill');
    for (const [method, url, body] of [
      ['GET', '/api/leads', undefined],
      ['POST', `/api/leads/${here.leadId}/messages`, { text: 'x' }],
    ] as const) {
      const answer = await here.as.vendor(method, url, { ...(body ? { body } : {}) });
      expectProblem(answer, 503, 'unavailable');
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect((await gateway.app.inject({ url: '/ready' })).statusCode).toBe(503);
    expect((await gateway.app.inject({ url: '/live' })).statusCode).toBe(200);
    expect(browser.socket.readyState).toBe(browser.socket.OPEN);

    await postgres.start();
    await waitFor(async () => (await here.as.vendor('GET', '/api/leads')).statusCode === 200, {
      what: 'the API to be back',
    });

    postgres.freeze();
    const hung = await here.as.vendor('GET', '/api/leads');
    postgres.thaw();
    expectProblem(hung, 503, 'unavailable');
    await waitFor(async () => (await here.as.vendor('GET', '/api/leads')).statusCode === 200, {
      what: 'the API to be back',
    });
  });
});
