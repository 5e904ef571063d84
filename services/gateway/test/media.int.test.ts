import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { Blobs } from '@wbm/blobs';
import { mediaView, problem } from '@wbm/contracts';
import { mediaKey } from '@wbm/domain';
import { createLog, Transient } from '@wbm/runtime';
import { ownerQuery, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { removeUnneeded } from '../src/remove-unneeded.ts';
import { aForm, aPicture, aSound } from './a-file.ts';
import { aGateway, expectProblem, signIn } from './a-gateway.ts';
import { aPlace, aWorkplace, epochOf, workers } from './a-workplace.ts';

const MB = 1024 * 1024;

async function open() {
  const place = await aPlace();
  return {
    ...place,
    elsewhere: await aWorkplace(place.gateway, place.database),
    query: ownerQuery(place.database.ownerUrl),
  };
}
let world: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  world = await open();
});

type Body = FormData | string | ReadableStream<Uint8Array>;
type Refusal = {
  readonly what: string;
  readonly body: () => Body;
  readonly type?: string;
  readonly site?: string;
  readonly query?: string;
  readonly status: number;
  readonly code: string;
  readonly detail: RegExp;
};

function aFormWithoutFile(): FormData {
  const form = new FormData();
  form.append('name', 'value');
  return form;
}

function upload(body: Body, { cookie = world.here.cookies.vendor, query = '', headers = {} } = {}) {
  return fetch(`${world.gateway.url}/api/uploads${query}`, {
    method: 'POST',
    body,
    headers: { ...(cookie === '' ? {} : { cookie }), ...headers },
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  } as RequestInit);
}
async function uploaded(bytes: Buffer, name: string, query = '') {
  const answer = await upload(aForm(bytes, name), { query });
  expect(answer.status, await answer.clone().text()).toBe(201);
  return mediaView.parse(await answer.json());
}
const get = (id: string, { cookie = world.here.cookies.vendor, headers = {} } = {}) =>
  fetch(`${world.gateway.url}/api/media/${id}`, { headers: { cookie, ...headers } });
async function refusal(answer: Response) {
  const said = problem.parse(await answer.json());
  return { status: answer.status, code: said.code, detail: said.detail };
}
/** Everything of files that is kept: rows, blobs, and what is half written. */
async function kept() {
  const rows = await world.query<{ id: string }>('select id from media');
  const files = readdirSync(world.gateway.blobDir, { recursive: true, withFileTypes: true });
  return { rows: rows.length, files: files.filter((entry) => entry.isFile()).length };
}

describe('an upload', () => {
  it('is kept, described by its bytes, and shown to everybody of the workspace and nobody else', async () => {
    const bytes = aPicture(20_000);
    const media = await uploaded(bytes, '../holiday.png');
    expect(media).toMatchObject({
      kind: 'image', mimeType: 'image/png', name: 'holiday.png', size: bytes.length, seconds: null, state: 'stored',
    }); // biome-ignore format: one line

    const answer = await get(media.id, { cookie: world.here.cookies.admin });
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(bytes.length),
      'content-disposition': `inline; filename="holiday.png"; filename*=UTF-8''holiday.png`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=3600',
      'accept-ranges': 'bytes',
    });
    expect(await refusal(await get(media.id, { cookie: world.elsewhere.cookies.admin }))).toMatchObject({
      status: 404,
      code: 'unknown-media',
    });
    expect((await get(media.id, { cookie: 'x=y' })).status).toBe(401);
  });

  it.each([
    ['a page that calls itself a picture', '<html><script>alert(1)</script>', 'me.png', ''],
    ['a drawing that could be a page', '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', 'me.svg', ''],
    ['a picture that is sent as a document', aPicture().toString('latin1'), 'me.png', '?as=document'],
  ])('%s is a document, and only to be downloaded', async (_what, content, name, query) => {
    const media = await uploaded(Buffer.from(content, 'latin1'), name, query);
    expect(media.kind).toBe('document');
    const { headers } = await get(media.id);
    expect(headers.get('content-disposition')).toMatch(/^attachment; /);
    expect(headers.get('content-type')).not.toMatch(/html|svg/);
  });

  it('of a sound is a voice note when wished so, and parts of it can be had', async () => {
    const sound = aSound(1_000);
    expect((await uploaded(sound, 'a.ogg')).kind).toBe('audio');
    const media = await uploaded(sound, 'a.ogg', '?as=voice');
    expect(media.kind).toBe('voice');

    const part = await get(media.id, { headers: { range: 'bytes=990-' } });
    expect({ status: part.status, range: part.headers.get('content-range') }).toEqual({
      status: 206,
      range: 'bytes 990-999/1000',
    });
    expect(Buffer.from(await part.arrayBuffer()).equals(sound.subarray(990))).toBe(true);
    const behind = await get(media.id, { headers: { range: 'bytes=1000-' } });
    expect(behind.headers.get('content-range')).toBe('bytes */1000');
    expect(await refusal(behind)).toMatchObject({ status: 416, code: 'range-not-satisfiable' });
  });
});

describe('what is refused leaves nothing', () => {
  it.each<Refusal>([
    {
      what: 'a picture that is too large',
      body: () => aForm(aPicture(17 * MB), 'a.png'),
      status: 413,
      code: 'file-too-large',
      detail: /16 MB.*document.*32 MB/,
    },
    {
      what: 'a document that is too large',
      body: () => aForm(Buffer.alloc(33 * MB, 'z'), 'a.bin'),
      status: 413,
      code: 'file-too-large',
      detail: /32 MB/,
    },
    {
      what: 'an empty file',
      body: () => aForm(Buffer.alloc(0), 'a.png'),
      status: 400,
      code: 'empty-file',
      detail: /empty/,
    },
    {
      what: 'a form without a file',
      body: () => aFormWithoutFile(),
      status: 400,
      code: 'no-file',
      detail: /named file/,
    },
    { what: 'JSON', body: () => '{}', type: 'application/json', status: 415, code: 'not-a-form', detail: /multipart/ },
    {
      what: 'bytes without a form',
      body: () => 'abc',
      type: 'image/png',
      status: 415,
      code: 'not-a-form',
      detail: /multipart/,
    },
    {
      what: 'nonsense that calls itself a form',
      body: () => 'abc',
      type: 'multipart/form-data; boundary=x',
      status: 400,
      code: 'broken-upload',
      detail: /form/,
    },
    {
      what: 'a form without a boundary',
      body: () => 'abc',
      type: 'multipart/form-data;',
      status: 400,
      code: 'broken-upload',
      detail: /form/,
    },
    {
      what: 'a form of another site',
      body: () => aForm(aPicture(), 'a.png'),
      site: 'cross-site',
      status: 403,
      code: 'foreign-origin',
      detail: /./,
    },
    {
      what: 'an unknown wish',
      body: () => aForm(aPicture(), 'a.png'),
      query: '?as=sticker',
      status: 400,
      code: 'invalid-request',
      detail: /./,
    },
  ])('$what', async ({ body, type, site, query = '', status, code, detail }) => {
    // biome-ignore format: a table
    const headers = { ...(type ? { 'content-type': type } : {}), ...(site ? { 'sec-fetch-site': site } : {}) };
    const before = await kept();
    const said = await refusal(await upload(body(), { headers, query }));
    expect(said).toMatchObject({ status, code, detail: expect.stringMatching(detail) });
    await waitFor(async () => JSON.stringify(await kept()) === JSON.stringify(before), { what: 'nothing to stay' });
  });

  it('nobody who is not signed in uploads anything', async () => {
    expect((await upload(aForm(aPicture(), 'a.png'), { cookie: '' })).status).toBe(401);
  });

  it('two hundred megabytes are refused at once by what they say, without a byte of them', async () => {
    const [host = '', port = ''] = new URL(world.gateway.url).host.split(':');
    const before = await kept();
    const socket = connect(Number(port), host);
    let answer = '';
    socket.on('data', (data) => {
      answer += String(data);
    });
    socket.write(
      `POST /api/uploads HTTP/1.1\r\nhost: x\r\ncookie: ${world.here.cookies.vendor}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: ${200 * MB}\r\n\r\n`,
    );
    await waitFor(async () => answer.includes('file-too-large'), { what: 'the refusal' });
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
    expect(await kept()).toEqual(before);
  });

  it('two hundred megabytes that do not say so are refused at the limit, and never fill the disk or the memory', async () => {
    const before = await kept();
    const usedBefore = process.memoryUsage().rss;
    let most = 0;
    let given = 0;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Buffer.from('--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n'));
      },
      async pull(controller) {
        given += MB;
        most = Math.max(most, process.memoryUsage().rss - usedBefore);
        if (given > 200 * MB) controller.close();
        else controller.enqueue(new Uint8Array(MB));
        await pause(1);
      },
    });
    const said = await upload(body, { headers: { 'content-type': 'multipart/form-data; boundary=b' } }).then(refusal);
    expect(said).toMatchObject({ status: 413, code: 'file-too-large' });
    expect(given).toBeLessThan(150 * MB);
    expect(most).toBeLessThan(200 * MB);
    await waitFor(async () => JSON.stringify(await kept()) === JSON.stringify(before), { what: 'nothing to stay' });
  });

  it('one that is cut off in the middle', async () => {
    const before = await kept();
    const [host = '', port = ''] = new URL(world.gateway.url).host.split(':');
    const socket = connect(Number(port), host);
    socket.write(
      `POST /api/uploads HTTP/1.1\r\nhost: x\r\ncookie: ${world.here.cookies.vendor}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: ${10 * MB}\r\n\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n`,
    );
    socket.write(Buffer.alloc(2 * MB, 'x'));
    await waitFor(async () => (await kept()).rows > before.rows, { what: 'the upload to begin' });
    socket.destroy();
    await waitFor(async () => JSON.stringify(await kept()) === JSON.stringify(before), { what: 'nothing to stay' });
  });
});

describe('a message with a file', () => {
  const post = (body: object, as = world.here.as.vendor) =>
    as('POST', `/api/leads/${world.here.leadId}/messages`, { body });

  it('is queued with its file and its caption, and answers only files that were uploaded here', async () => {
    await world.here.as.vendor('POST', `/api/leads/${world.here.leadId}/claim`);
    const media = await uploaded(aPicture(), 'offer.png');
    const answer = await post({ mediaId: media.id, text: 'Our offer' });
    expect(answer.statusCode, answer.body).toBe(201);
    expect(answer.json()).toMatchObject({ type: 'image', text: 'Our offer', status: 'queued', media });
    expect((await post({ mediaId: media.id })).json()).toMatchObject({ text: '', media: { id: media.id } });

    expectProblem(await post({ mediaId: randomUUID() }), 404, 'unknown-media');
    expectProblem(await post({ text: '' }), 400, 'invalid-request');
    const sound = await uploaded(aSound(), 'a.ogg');
    expectProblem(await post({ mediaId: sound.id, text: 'listen' }), 400, 'no-caption');
    expect((await post({ mediaId: sound.id })).statusCode).toBe(201);
    const theirs = await upload(aForm(aPicture(), 'x.png'), { cookie: world.elsewhere.cookies.vendor });
    expectProblem(await post({ mediaId: mediaView.parse(await theirs.json()).id }), 404, 'unknown-media');
  });
});

describe('a file of a customer', () => {
  /** One that came with a message and waits to be fetched. */
  async function aPending(workspaceId: string, botId: string, overrides = '') {
    const [row] = await world.query<{ id: string }>(
      `insert into media (workspace_id, bot_id, wa_message_id, chat_jid, kind, mime_type, state, due_at)
       values ($1, $2, $3, 'x@c.us', 'image', 'image/png', ${overrides || "'pending', now()"}) returning id`,
      [workspaceId, botId, `wa-${randomUUID()}`],
    );
    return row?.id ?? '';
  }

  it('can be had when it is stored, and asked for again when it could not be had', async () => {
    const { workspaceId } = world.here.workspace;
    const { botId } = world.here;
    const { media } = (await workers(world.database)).runner.workspace(workspaceId);
    const epoch = await epochOf((await workers(world.database)).runner, botId);
    const mediaId = await aPending(workspaceId, botId);
    expect((await get(mediaId)).status).toBe(404);
    expect(await media.fetched(botId, epoch - 1, mediaId, { outcome: 'gone' })).toEqual({ outcome: 'moved' });
    expect(await media.fetched(botId, epoch, mediaId, { outcome: 'later', retryMs: 60_000 })).toMatchObject({
      outcome: 'marked',
    });
    expect((await media.due(botId, 10)).map((due) => due.mediaId)).not.toContain(mediaId);
    expect(await media.fetched(botId, epoch, mediaId, { outcome: 'failed' })).toMatchObject({ outcome: 'marked' });
    expect(await media.fetched(botId, epoch, mediaId, { outcome: 'gone' })).toEqual({ outcome: 'settled' });

    expectProblem(await world.elsewhere.as.admin('POST', `/api/media/${mediaId}/fetch`), 404, 'unknown-media');
    expect((await world.here.as.vendor('POST', `/api/media/${mediaId}/fetch`)).statusCode).toBe(204);
    expect(await media.due(botId, 10)).toContainEqual(expect.objectContaining({ mediaId, tries: 0 }));
    await world.gateway.blobs.put(mediaKey(workspaceId, mediaId), Readable.from([aPicture()]), { maxBytes: MB });
    await media.fetched(botId, epoch, mediaId, { outcome: 'stored', size: 99, mimeType: null });
    expect((await get(mediaId)).status).toBe(200);
    expect((await world.here.as.vendor('POST', `/api/media/${mediaId}/fetch`)).statusCode).toBe(204);
    expectProblem(await world.here.as.vendor('POST', `/api/media/${randomUUID()}/fetch`), 404, 'unknown-media');
    expectProblem(await world.here.as.vendor('GET', '/api/media/nonsense'), 404, 'unknown-media');
  });

  it('costs a try before it is fetched, and what kept it from being had may give that back', async () => {
    const { botId, workspace } = world.here;
    const { runner } = await workers(world.database);
    const { media } = runner.workspace(workspace.workspaceId);
    const epoch = await epochOf(runner, botId);
    const mediaId = await aPending(workspace.workspaceId, botId);
    const row = async () => (await world.query('select tries, due_at from media where id = $1', [mediaId]))[0];
    const isDue = async () => (await media.due(botId, 100)).some((due) => due.mediaId === mediaId);
    expect(await media.beginFetch(botId, epoch - 1, mediaId, 60_000)).toBe('moved');
    expect(await isDue()).toBe(true);
    expect(await media.beginFetch(botId, epoch, mediaId, 60_000)).toBe('begun');
    expect([await isDue(), await row()]).toEqual([false, expect.objectContaining({ tries: 1 })]);
    await media.fetched(botId, epoch, mediaId, { outcome: 'later', retryMs: 60_000 });
    expect(await row()).toMatchObject({ tries: 1 });
    await media.fetched(botId, epoch, mediaId, { outcome: 'untried', retryMs: 0 });
    expect([await isDue(), await row()]).toEqual([true, expect.objectContaining({ tries: 0 })]);
    await media.fetched(botId, epoch, mediaId, { outcome: 'gone' });
    expect(await media.beginFetch(botId, epoch, mediaId, 60_000)).toBe('settled');
  });

  it('of a bot that was deleted is not waited for, and cannot be asked for', async () => {
    const place = await aWorkplace(world.gateway, world.database);
    const mediaId = await aPending(place.workspace.workspaceId, place.botId);
    expect((await place.as.admin('DELETE', `/api/bots/${place.botId}`)).statusCode).toBe(204);
    const { media } = world.gateway.stores.workspace(place.workspace.workspaceId);
    expect(await media.get(mediaId)).toMatchObject({ state: 'failed' });
    expect(await media.askAgain(mediaId)).toBeNull();
    expect(await media.get(mediaId)).toMatchObject({ state: 'failed' });
  });
});

describe('what nobody needs', () => {
  const remove = () =>
    removeUnneeded({
      storage: world.gateway.stores,
      blobs: world.gateway.blobs,
      log: createLog({ service: 'test', level: 'fatal' }),
    });
  const aDayLater = (mediaId: string) =>
    world.query(`update media set due_at = now() - interval '1 second' where id = $1`, [mediaId]);

  it('goes a day after it was uploaded, unless it was sent', async () => {
    const [used, unused, young] = [
      await uploaded(aPicture(), 'used.png'),
      await uploaded(aPicture(), 'unused.png'),
      await uploaded(aPicture(), 'young.png'),
    ];
    const { workspaceId } = world.here.workspace;
    const posted = await world.here.as.vendor('POST', `/api/leads/${world.here.leadId}/messages`, {
      body: { mediaId: used.id },
    });
    expect(posted.statusCode, posted.body).toBe(201);
    await aDayLater(used.id);
    await aDayLater(unused.id);
    await remove();
    expect([(await get(used.id)).status, (await get(unused.id)).status, (await get(young.id)).status]).toEqual([
      200, 404, 200,
    ]);
    expect(await world.gateway.blobs.exists(mediaKey(workspaceId, unused.id))).toBe(false);
    expect(await world.query('select 1 from media where id = $1', [unused.id])).toEqual([]);
    expect(await world.gateway.stores.removals.due(10)).toEqual([]);
  });

  it('goes at once when it was taken back, and its row stays', async () => {
    const media = await uploaded(aPicture(), 'secret.png');
    await world.here.as.vendor('POST', `/api/leads/${world.here.leadId}/messages`, { body: { mediaId: media.id } });
    await world.query(`update media set state = 'deleted' where id = $1`, [media.id]);
    await remove();
    expect(await world.gateway.blobs.exists(mediaKey(world.here.workspace.workspaceId, media.id))).toBe(false);
    expect(await world.gateway.stores.workspace(world.here.workspace.workspaceId).media.get(media.id)).toMatchObject({
      state: 'deleted',
      size: null,
    });
    expect(await world.gateway.stores.removals.due(10)).toEqual([]);
  });

  it('goes also when it was kept by somebody who never heard that it was taken back', async () => {
    const { workspaceId } = world.here.workspace;
    const [row] = await world.query<{ id: string }>(
      `insert into media (workspace_id, bot_id, wa_message_id, chat_jid, kind, mime_type, size, state, due_at)
       values ($1, $2, $3, 'x@c.us', 'image', 'image/png', 0, 'deleted', now() + interval '1 hour') returning id`,
      [workspaceId, world.here.botId, `wa-${randomUUID()}`],
    );
    const key = mediaKey(workspaceId, row?.id ?? '');
    await remove();
    await world.gateway.blobs.put(key, Readable.from([aPicture()]), { maxBytes: MB });
    await aDayLater(row?.id ?? '');
    await remove();
    expect(await world.gateway.blobs.exists(key)).toBe(false);
    expect(await world.gateway.stores.removals.due(10)).toEqual([]);
  });
});

it('a disk that takes nothing is said to be one, and leaves no row', async () => {
  const blobs: Blobs = {
    ...world.gateway.blobs,
    put: async () => {
      throw new Transient('blobs.unavailable', 'The folder of files cannot be used: ENOSPC.');
    },
  };
  const full = await aGateway(world.database, { blobs });
  const cookie = await signIn(full, world.database, world.here.workspace.workspaceId, world.here.workspace.vendor);
  const before = await kept();
  const body = aForm(aPicture(), 'a.png');
  const said = await refusal(await fetch(`${full.url}/api/uploads`, { method: 'POST', body, headers: { cookie } }));
  expect(said).toMatchObject({ status: 503, code: 'unavailable', detail: expect.stringMatching(/folder of files/) });
  expect(await kept()).toEqual(before);
});

it('no log line holds a file’s name', () => {
  expect(world.gateway.lines.join('')).toMatch(/media.uploaded/);
  expect(world.gateway.lines.join('')).not.toMatch(/holiday|offer\.png|secret|me\.svg/);
});
