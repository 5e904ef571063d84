import { botView, vendorBotView } from '@wbm/contracts';
import { ownerQuery, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { aBrowser } from './a-browser.ts';
import { expectProblem } from './a-gateway.ts';
import { aPlace, epochOf, workers } from './a-workplace.ts';
import { heardBells } from './heard-bells.ts';

let place: Awaited<ReturnType<typeof aPlace>>;
beforeAll(async () => {
  place = await aPlace();
});

const make = async (body: object) => {
  const answer = await place.here.as.admin('POST', '/api/bots', { body: { prompt: 'Be kind.', ...body } });
  expect(answer.statusCode, answer.body).toBe(201);
  return botView.parse(answer.json());
};

describe('creating a bot', () => {
  it('writes the bot with default features, wants it running, and rings its runner', async () => {
    const heard = await heardBells(place.gateway);
    const bot = await make({ name: 'Casa Verde' });
    expect(bot).toMatchObject({
      id: 'casa-verde',
      engine: 'sandbox',
      status: 'enabled',
      state: 'stopped',
      quietMs: 4_000,
      maxWaitMs: 20_000,
      answerAgeMs: 12 * 3_600_000,
      historyCapture: true,
      catchUp: null,
    });
    const features = (await place.here.as.admin('GET', '/api/bots/casa-verde/features')).json();
    expect(features).toMatchObject({
      autoResponseEnabled: true,
      leadCaptureEnabled: true,
      workingHoursEnabled: false,
      schedulingEnabled: false,
    });
    await waitFor(() => heard.find(({ id, botId }) => id === 'bot.wake' && botId === 'casa-verde'), {
      what: 'bot.wake',
    });
  });

  it('makes another id when the name’s is taken, many at once too', async () => {
    const bots = await Promise.all(Array.from({ length: 5 }, () => make({ name: 'Ótimo' })));
    expect(new Set(bots.map((bot) => bot.id)).size).toBe(5);
    expect(bots.every((bot) => /^otimo(-[0-9a-z]{4})?$/.test(bot.id))).toBe(true);
  });

  it('takes the id asked for, or refuses when it is taken', async () => {
    expect((await make({ name: 'Any', id: 'my-own_1' })).id).toBe('my-own_1');
    const again = await place.here.as.admin('POST', '/api/bots', {
      body: { name: 'Any', prompt: 'x', id: 'my-own_1' },
    });
    expectProblem(again, 409, 'bot-id-taken');
  });
});

describe('changing a bot', () => {
  it('keeps who was slower from undoing it', async () => {
    const { id, version } = await make({ name: 'Edited' });
    const change = (body: object) => place.here.as.admin('PATCH', `/api/bots/${id}`, { body });
    const first = await change({ version, name: 'Renamed', timeZone: 'America/Sao_Paulo' });
    expect(first.json()).toMatchObject({ name: 'Renamed', timeZone: 'America/Sao_Paulo', version: version + 1 });
    expectProblem(await change({ version, name: 'Too late' }), 409, 'stale-version');
    expect((await place.here.as.admin('GET', `/api/bots/${id}`)).json().name).toBe('Renamed');
  });

  it('says how old a missed message may be to be answered, and whether the model reads the past', async () => {
    const { id, version } = await make({ name: 'Away' });
    const change = (body: object) => place.here.as.admin('PATCH', `/api/bots/${id}`, { body });
    const changed = await change({ version, answerAgeMs: 0, historyCapture: false });
    expect(changed.json()).toMatchObject({ answerAgeMs: 0, historyCapture: false, version: version + 1 });
    const bot = await place.gateway.stores.workspace(place.here.workspace.workspaceId).bots.get(id);
    expect(bot).toMatchObject({ answerAgeMs: 0, historyCapture: false });
    for (const answerAgeMs of [-1, 0.5, 8 * 86_400_000, '12 h']) {
      expectProblem(await change({ version: version + 1, answerAgeMs }), 400, 'invalid-request');
    }
  });

  it('of its features, with the same rule', async () => {
    const { id } = await make({ name: 'Featured' });
    const url = `/api/bots/${id}/features`;
    const { botId, updatedAt, ...settings } = (await place.here.as.admin('GET', url)).json();
    const body = {
      ...settings,
      autoResponseEnabled: false,
      workingHoursEnabled: true,
      workingHoursStart: '22:00',
      workingHoursEnd: '06:00',
    };
    const changed = await place.here.as.admin('PUT', url, { body });
    expect(changed.json()).toMatchObject({
      botId,
      autoResponseEnabled: false,
      workingHoursStart: '22:00',
      version: settings.version + 1,
    });
    expect(Date.parse(changed.json().updatedAt)).toBeGreaterThan(Date.parse(updatedAt));
    expectProblem(await place.here.as.admin('PUT', url, { body }), 409, 'stale-version');
  });
});

it('start, stop and restart say what is wanted, and ring the runner', async () => {
  const { id } = await make({ name: 'Ordered' });
  const heard = await heardBells(place.gateway);
  for (const [order, status] of [
    ['stop', 'disabled'],
    ['start', 'enabled'],
    ['stop', 'disabled'],
    ['restart', 'enabled'],
  ] as const) {
    expect((await place.here.as.admin('POST', `/api/bots/${id}/${order}`)).json()).toMatchObject({ id, status });
  }
  await waitFor(() => heard.filter(({ id: bell, botId }) => bell === 'bot.wake' && botId === id).length === 4, {
    what: 'four bells',
  });
  const [row] = await ownerQuery(place.database.ownerUrl)<{ restart_no: number }>(
    'select restart_no from bots where id = $1',
    [id],
  );
  expect(row?.restart_no).toBe(1);
});

it('what can be asked of a session depends on where it is, and is written down for its run', async () => {
  const { here, database } = place;
  const simulated = await make({ name: 'Simulated' });
  const real = await make({ name: 'Real', engine: 'whatsapp-web.js' });
  const post = (id: string, what: string, body?: object) =>
    here.as.admin('POST', `/api/bots/${id}/${what}`, body ? { body } : {});
  const phone = { phone: '+15550001111' };
  expectProblem(await post(simulated.id, 'pairing-code', phone), 400, 'engine-not-available');
  expectProblem(await post(real.id, 'pairing-code', { phone: '5550001111' }), 400, 'invalid-request');
  expectProblem(await post(real.id, 'pairing-code', phone), 409, 'not-waiting');
  expectProblem(await post(real.id, 'logout'), 409, 'not-linked');
  expectProblem(await post(real.id, 'self-test'), 409, 'not-ready');

  const { runner } = await workers(database);
  await runner.fleet.take('00000000-0000-4000-8000-000000000001', 100);
  const { bots } = runner.workspace(here.workspace.workspaceId);
  await bots.setState(real.id, await epochOf(runner, real.id), { state: 'needs-scan', qr: 'a-qr-code' });
  expect((await post(real.id, 'pairing-code', phone)).statusCode).toBe(200);
  expect(await bots.asked(real.id)).toEqual({ ask: 'pairing-code', ...phone });
  await bots.setState(real.id, await epochOf(runner, real.id), { state: 'ready' });
  expect((await post(real.id, 'logout')).statusCode).toBe(200);
  await bots.clearAsked(real.id, { ask: 'pairing-code', ...phone });
  expect(await bots.asked(real.id)).toEqual({ ask: 'logout' });
  await bots.clearAsked(real.id, { ask: 'logout' });
  expect(await bots.asked(real.id)).toBeNull();
  expect((await post(real.id, 'self-test')).statusCode).toBe(200);
  expect(await bots.asked(real.id)).toEqual({ ask: 'self-test' });
  expectProblem(await here.as.vendor('POST', `/api/bots/${real.id}/self-test`), 403, 'not-permitted');
  const epoch = await epochOf(runner, real.id);
  // It sends past the budget: nothing is sent twice, and not more than once a minute.
  const tooSoon = expectProblem(await post(real.id, 'self-test'), 429, 'tested-just-now');
  expect(tooSoon.detail).toMatch(/in a minute/);
  const begins = () => bots.beginSelfTest(real.id, epoch, 60_000);
  expect(await bots.beginSelfTest(real.id, epoch - 1, 60_000)).toBe(false);
  expect((await Promise.all([begins(), begins()])).toSorted()).toEqual([false, true]);
  expect(await bots.asked(real.id)).toBeNull();
  expectProblem(await post(real.id, 'self-test'), 429, 'tested-just-now');
  // However it was asked for.
  await bots.ask(real.id, { ask: 'self-test' }, 'somebody');
  expect(await begins()).toBe(false);
  await bots.clearAsked(real.id, { ask: 'self-test' });
  await ownerQuery(database.ownerUrl)(`update bots set self_test_begun_at = now() - interval '1 minute'`);
  expect((await post(real.id, 'self-test')).statusCode).toBe(200);
  expect(await begins()).toBe(true);
  expect(await bots.setSelfTest(real.id, epoch - 1, { text: 'late', picture: 'late' })).toBe(false);
  await bots.setSelfTest(real.id, epoch, { text: null, picture: 'no files today' });
  const { selfTest } = (await here.as.admin('GET', `/api/bots/${real.id}`)).json();
  expect(selfTest).toEqual({ at: expect.stringMatching(/T.*Z$/), text: null, picture: 'no files today' });
});

it('a file is refused while its bot cannot send files; a text is not', async () => {
  const { here, database } = await aPlace();
  const { botId, leadId, as } = here;
  const { runner } = await workers(database);
  const { bots } = runner.workspace(here.workspace.workspaceId);
  const set = async (available: boolean, reason: string | null) =>
    bots.setCapabilities(botId, await epochOf(runner, botId), { 'media-out': { available, reason } });
  expect(await set(false, 'WhatsApp Web has changed.')).toBe(true);
  expect(await set(false, 'WhatsApp Web has changed.')).toBe(false);
  expect((await as.vendor('POST', `/api/leads/${leadId}/claim`)).statusCode).toBe(200);
  const write = (body: object) => as.vendor('POST', `/api/leads/${leadId}/messages`, { body });
  const mediaId = '00000000-0000-4000-8000-00000000f11e';
  const refused = await write({ mediaId });
  expectProblem(refused, 409, 'media-unavailable');
  expect(refused.json().detail).toBe('WhatsApp Web has changed.');
  const first = await write({ text: 'hello', clientId: 'c1' });
  expect(first.statusCode).toBe(201);
  // What was stored already is answered, not refused.
  const again = await write({ text: 'hello', mediaId, clientId: 'c1' });
  expect([again.statusCode, again.json().id]).toEqual([200, first.json().id]);
  await set(true, null);
  expectProblem(await write({ mediaId }), 404, 'unknown-media');
});

it('deleting stops a bot and takes it out of the list; its leads stay readable', async () => {
  const { as, botId, leadId } = place.here;
  expect((await as.admin('DELETE', `/api/bots/${botId}`)).statusCode).toBe(204);
  expect((await as.admin('DELETE', `/api/bots/${botId}`)).statusCode).toBe(204);
  expect((await as.admin('GET', '/api/bots')).json().items.map((bot: { id: string }) => bot.id)).not.toContain(botId);
  expect((await as.admin('GET', `/api/bots/${botId}`)).json()).toMatchObject({
    status: 'disabled',
    archivedAt: expect.any(String),
  });
  expect((await as.vendor('GET', `/api/leads/${leadId}`)).json()).toMatchObject({ id: leadId, botId });
  expect((await as.vendor('GET', `/api/leads/${leadId}/messages`)).json().items).toHaveLength(1);
  const write = await as.admin('POST', `/api/leads/${leadId}/messages`, { body: { text: 'Are you there?' } });
  expectProblem(write, 409, 'bot-archived');
  for (const order of ['start', 'stop', 'restart'])
    expectProblem(await as.admin('POST', `/api/bots/${botId}/${order}`), 409, 'bot-archived');
  expectProblem(
    await as.admin('PATCH', `/api/bots/${botId}`, { body: { version: 1, name: 'x' } }),
    409,
    'bot-archived',
  );
});

it('deleting a bot calls people to whom its replies will not be sent any more', async () => {
  const { gateway, here, database } = await aPlace();
  const { as, botId, leadId } = here;
  await ownerQuery(database.ownerUrl)(
    `insert into lead_messages (workspace_id, bot_id, lead_id, seq, sender, message, status, owner_version, correlation_id)
     values ($1, $2, $3, 2, 'bot', 'An answer', 'queued', 1, 'cid')`,
    [here.workspace.workspaceId, botId, leadId],
  );
  const browser = aBrowser(gateway, here.cookies.vendor);
  await browser.event('INIT');
  expect((await as.admin('DELETE', `/api/bots/${botId}`)).statusCode).toBe(204);
  const { lead } = await browser.event('LEAD_UPDATED', (payload) => payload.lead.id === leadId);
  expect(lead).toMatchObject({ owner: 'bot', waitingReason: 'message' });
});

it('a vendor never sees QR code, pairing code or prompt', async () => {
  const { here, database } = place;
  const bot = await make({ name: 'Secretive', prompt: 'A prompt nobody but admins reads' });
  const { runner } = await workers(database);
  await runner.fleet.take('00000000-0000-4000-8000-000000000001', 100);
  const patch = {
    state: 'needs-scan',
    qr: 'a-qr-code',
    pairingCode: 'PAIR-CODE',
    qrExpiresAt: new Date(Date.now() + 20_000),
  } as const;
  await runner.workspace(here.workspace.workspaceId).bots.setState(bot.id, await epochOf(runner, bot.id), patch);

  expect((await here.as.admin('GET', `/api/bots/${bot.id}`)).json()).toMatchObject({
    qr: 'a-qr-code',
    pairingCode: 'PAIR-CODE',
    state: 'needs-scan',
  });
  const [one, list] = [await here.as.vendor('GET', `/api/bots/${bot.id}`), await here.as.vendor('GET', '/api/bots')];
  expect(vendorBotView.strict().parse(one.json()).state).toBe('needs-scan');
  for (const { body } of [one, list]) expect(body).not.toMatch(/a-qr-code|PAIR-CODE|A prompt nobody/);
});
