import { connect } from 'node:net';
import { browserEvents } from '@wbm/contracts';
import { systemClock } from '@wbm/runtime';
import { closeAfterwards, ownerQuery, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { aBrowser } from './a-browser.ts';
import { aGateway, type Gateway } from './a-gateway.ts';
import { aLead, aPlace, aWorkplace, epochOf, type Workplace, workers } from './a-workplace.ts';

let place: Awaited<ReturnType<typeof aPlace>>;
let elsewhere: Workplace;
beforeAll(async () => {
  place = await aPlace();
  elsewhere = await aWorkplace(place.gateway, place.database);
});
const aNewLead = () => aLead(place.database, place.here.workspace.workspaceId, place.here.botId);

describe('the first frame', () => {
  it('says who you are and which bots there are', async () => {
    const browser = aBrowser(place.gateway, place.here.cookies.admin);
    const init = await browser.event('INIT');
    expect(init.session).toMatchObject({ role: 'admin', user: { email: place.here.workspace.admin } });
    expect(init.bots.map((bot) => bot.id)).toEqual([place.here.botId]);
    expect(init.bots[0]).toHaveProperty('prompt');
    expect(browser.frames[0]?.map((event) => event.type)).toEqual(['INIT']);
  });

  it('does not come without a session, nor for a page of another site', async () => {
    expect((await aBrowser(place.gateway).over()).refused).toBe(401);
    const foreign = aBrowser(place.gateway, place.here.cookies.admin, { origin: 'https://evil.example' });
    expect((await foreign.over()).refused).toBe(403);
    const own = aBrowser(place.gateway, place.here.cookies.admin, { origin: place.gateway.url });
    await own.event('INIT');
  });
});

describe('what happens', () => {
  it('reaches everybody of the workspace at every gateway, and nobody of another', async () => {
    const second = await aGateway(place.database, { prefix: place.gateway.prefix });
    const { cookies, as, workspace } = place.here;
    const [admin, vendor, stranger] = [
      aBrowser(place.gateway, cookies.admin),
      aBrowser(second, cookies.vendor),
      aBrowser(place.gateway, elsewhere.cookies.admin),
    ];
    await Promise.all([admin, vendor, stranger].map((browser) => browser.event('INIT')));

    const leadId = await aNewLead();
    await as.vendor('POST', `/api/leads/${leadId}/claim`);
    await as.vendor('POST', `/api/leads/${leadId}/messages`, { body: { text: 'Good day' } });
    for (const browser of [admin, vendor]) {
      const { lead } = await browser.event('LEAD_ASSIGNED', (payload) => payload.lead.id === leadId);
      expect(lead.assignedTo).toBe(workspace.vendor);
      const { message } = await browser.event('LEAD_MESSAGE', (payload) => payload.message.leadId === leadId);
      expect(message).toMatchObject({ text: 'Good day', sender: 'vendor', status: 'queued' });
    }
    // Their own news comes after ours: what is not there by then does not come.
    await elsewhere.as.admin('POST', `/api/bots/${elsewhere.botId}/stop`);
    await stranger.event('UPDATE_BOT', (payload) => payload.bot.status === 'disabled');
    expect(new Set(stranger.events().map((event) => event.type))).toEqual(new Set(['INIT', 'UPDATE_BOT']));
  });

  it('reaches a vendor without QR code, pairing code and prompt, and without what is for admins', async () => {
    const { cookies, as, botId } = place.here;
    const [admin, vendor] = [aBrowser(place.gateway, cookies.admin), aBrowser(place.gateway, cookies.vendor)];
    await Promise.all([admin.event('INIT'), vendor.event('INIT')]);
    const { botId: _id, updatedAt, ...settings } = (await as.admin('GET', `/api/bots/${botId}/features`)).json();
    await as.admin('PUT', `/api/bots/${botId}/features`, { body: { ...settings, schedulingEnabled: true } });
    await as.admin('POST', `/api/bots/${botId}/stop`);
    const told = await admin.event('UPDATE_BOT');
    expect(told.bot).toHaveProperty('prompt');
    expect((await admin.event('BOT_FEATURES_UPDATED')).features.schedulingEnabled).toBe(true);
    const seen = await vendor.event('UPDATE_BOT');
    for (const key of ['prompt', 'qr', 'pairingCode', 'ownerEmail']) expect(seen.bot).not.toHaveProperty(key);
    expect(vendor.events().map((event) => event.type)).not.toContain('BOT_FEATURES_UPDATED');
    expect(updatedAt).toBeDefined();
    await as.admin('POST', `/api/bots/${botId}/start`);
  });

  it('when the past of a bot was read: one summary with its numbers', async () => {
    const { cookies, workspace, botId } = place.here;
    const { workspaceId } = workspace;
    const vendor = aBrowser(place.gateway, cookies.vendor);
    await vendor.event('INIT');
    const { runner } = await workers(place.database);
    const summary = { at: new Date().toISOString(), chats: 3, messages: 40 };
    await runner.workspace(workspaceId).bots.setCaughtUpTo(botId, await epochOf(runner, botId), null, summary);
    await place.gateway.bus.tell(browserEvents.HISTORY_READ, { workspaceId, botId });
    expect(await vendor.event('HISTORY_READ')).toEqual({ botId, chats: 3, messages: 40 });
    const seen = await place.here.as.admin('GET', `/api/bots/${botId}`);
    expect(seen.json().catchUp).toEqual(summary);
  });

  it('in a burst comes as one frame, in order, the same news once', async () => {
    const { cookies, workspace } = place.here;
    const patient = await aGateway(place.database, {
      prefix: place.gateway.prefix,
      socketTimings: { batchMs: 2_000 },
    });
    const browser = aBrowser(patient, cookies.vendor);
    await browser.event('INIT');
    const { workspaceId } = workspace;
    const leads = [await aNewLead(), await aNewLead(), await aNewLead()];
    const { bus } = place.gateway;
    await Promise.all(
      [...leads, ...leads].map((leadId) => bus.tell(browserEvents.LEAD_UPDATED, { workspaceId, leadId })),
    );
    await browser.event('LEAD_UPDATED', (payload) => payload.lead.id === leads[2]);
    const burst = browser.frames.find((frame) => frame.some((event) => event.type === 'LEAD_UPDATED'));
    expect(
      burst
        ?.filter((event) => event.type === 'LEAD_UPDATED')
        .map(({ payload }) => (payload as { lead: { id: number } }).lead.id),
    ).toEqual(leads);
  });

  it('to a row of another workspace, or to none, is told to nobody', async () => {
    const { cookies, workspace } = place.here;
    const browser = aBrowser(place.gateway, cookies.admin);
    await browser.event('INIT');
    const { bus } = place.gateway;
    await bus.tell(browserEvents.LEAD_UPDATED, { workspaceId: workspace.workspaceId, leadId: elsewhere.leadId });
    await bus.tell(browserEvents.LEAD_MESSAGE, {
      workspaceId: workspace.workspaceId,
      leadId: elsewhere.leadId,
      messageId: 2_000_000_000,
    });
    await bus.tell(browserEvents.LEAD_UPDATED, { workspaceId: workspace.workspaceId, leadId: place.here.leadId });
    await browser.event('LEAD_UPDATED');
    expect(browser.events().map((event) => event.type)).toEqual(['INIT', 'LEAD_UPDATED']);
  });

  it('in the simulated network names the phone, and typing as it is', async () => {
    const { cookies, workspace, as, botId } = place.here;
    const browser = aBrowser(place.gateway, cookies.vendor);
    await browser.event('INIT');
    await as.vendor('POST', `/api/sandbox/bots/${botId}/messages`, { body: { from: '+5511900000009', text: 'Hi' } });
    const [chat] = await ownerQuery(place.database.ownerUrl)<{ id: string }>(
      `select id from sandbox.chats where phone = '+5511900000009'`,
    );
    const news = { workspaceId: workspace.workspaceId, botId, chat: chat?.id ?? null, typing: true };
    await place.gateway.bus.tell(browserEvents.SANDBOX_UPDATED, news);
    expect(await browser.event('SANDBOX_UPDATED', (payload) => payload.typing === true)).toEqual({
      botId,
      phone: '+5511900000009',
      typing: true,
    });
  });
});

describe('a socket is closed', () => {
  // So long, because a busy machine needs some of it for an honest pong.
  let strict: Gateway;
  beforeAll(async () => {
    strict = await aGateway(place.database, { socketTimings: { heartbeatMs: 5_000 } });
  });

  it('when the session ends', async () => {
    const [name, token] = place.here.cookies.admin.split('=');
    const { sub, ws } = place.gateway.app.jwt.decode<{ sub: string; ws: string }>(token ?? '') ?? {};
    const short = place.gateway.app.jwt.sign({ sub, ws }, { expiresIn: '1h' });
    let aheadMs = 0;
    const later = await aGateway(place.database, {
      socketTimings: { heartbeatMs: 5_000 },
      clock: { ...systemClock, now: () => new Date(Date.now() + aheadMs) },
    });
    const browser = aBrowser(later, `${name}=${short}`);
    await browser.event('INIT');
    aheadMs = 3_600_000;
    expect(await browser.over()).toEqual({ code: 4401, reason: 'signedOut' });
  });

  it('when its person is removed from the workspace', async () => {
    const browser = aBrowser(strict, elsewhere.cookies.otherVendor);
    await browser.event('INIT');
    await ownerQuery(place.database.ownerUrl)(
      'delete from memberships where user_id = (select id from users where email = $1)',
      [elsewhere.workspace.otherVendor],
    );
    expect(await browser.over()).toEqual({ code: 4401, reason: 'signedOut' });
  });

  it('when it says too much at once, or too often; unknown words are let go', async () => {
    const large = aBrowser(place.gateway, place.here.cookies.vendor);
    await large.event('INIT');
    large.socket.send('x'.repeat(4_097));
    expect((await large.over()).code).toBe(1009);

    const often = aBrowser(place.gateway, place.here.cookies.vendor);
    await often.event('INIT');
    for (const word of [
      '{',
      '{"type":"typing","leadId":1,"typing":true}',
      '{"type":"presence","active":true}',
      '{"type":"sing"}',
    ])
      often.socket.send(word);
    await waitFor(async () => /received_total\{kind="presence".* 1/.test((await place.gateway.metrics.render()).text), {
      what: 'the frames to be counted',
    });
    expect(often.socket.readyState).toBe(often.socket.OPEN);
    for (let n = 0; n < 60; n += 1) often.socket.send('{"type":"presence","active":true}');
    expect((await often.over()).code).toBe(1008);
  });

  it('when it does not answer', async () => {
    const browser = aBrowser(strict, place.here.cookies.vendor);
    await browser.event('INIT');
    const dropped = async () =>
      Number(/closed_total\{reason="slow".* (\d+)/.exec((await strict.metrics.render()).text)?.[1] ?? 0);
    const before = await dropped();
    browser.socket.pause();
    await waitFor(async () => (await dropped()) > before, { what: 'the silent socket to be dropped' });
  });

  it('when it does not keep up, so that it loads anew what it missed', async () => {
    const narrow = await aGateway(place.database, {
      prefix: place.gateway.prefix,
      socketTimings: { maxBufferedBytes: -1 },
    });
    expect((await aBrowser(narrow, place.here.cookies.vendor).over()).code).toBe(1006);
    expect((await narrow.metrics.render()).text).toMatch(/closed_total\{reason="slow".* 1/);
  });

  it('with a goodbye when the gateway stops', async () => {
    const leaving = await aGateway(place.database);
    const browser = aBrowser(leaving, place.here.cookies.vendor);
    await browser.event('INIT');
    await leaving.app.close();
    expect(await browser.over()).toEqual({ code: 1001, reason: 'leaving' });
  });
});

it('a refused upgrade is hung up on, so that the gateway can stop', async () => {
  const refusing = await aGateway(place.database);
  const { hostname, port } = new URL(refusing.url);
  const caller = connect(Number(port), hostname);
  closeAfterwards('caller', () => caller.destroy());
  const over = new Promise((resolve) => caller.once('close', resolve));
  caller.resume();
  caller.write(
    `GET /ws HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${'A'.repeat(22)}==\r\n\r\n`,
  );
  await over;
  await refusing.app.close();
});
