import { randomUUID } from 'node:crypto';
import { mediaView } from '@wbm/contracts';
import { mediaKey } from '@wbm/domain';
import { beforeAll, describe, expect, it } from 'vitest';
import { aForm, aFormInParts, aPicture, aSound } from './a-file.ts';
import { aFilePlace, type FilePlace, refusal } from './a-file-place.ts';
import { aGateway, expectProblem, signIn } from './a-gateway.ts';

let world: FilePlace;
beforeAll(async () => {
  world = await aFilePlace();
});

describe('an upload', () => {
  it('is kept, described by its bytes, and shown to everybody of the workspace and nobody else', async () => {
    const bytes = aPicture(20_000);
    const media = await world.uploaded(bytes, '../holiday.png');
    expect(media).toMatchObject({
      kind: 'image', mimeType: 'image/png', name: 'holiday.png', size: bytes.length, seconds: null, state: 'stored',
    }); // biome-ignore format: one line

    const answer = await world.get(media.id, { cookie: world.here.cookies.admin });
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
    expect(await refusal(await world.get(media.id, { cookie: world.elsewhere.cookies.admin }))).toMatchObject({
      status: 404,
      code: 'unknown-media',
    });
    expect((await world.get(media.id, { cookie: 'x=y' })).status).toBe(401);
  });

  it.each([
    ['a page that calls itself a picture', '<html><script>alert(1)</script>', 'me.png', ''],
    ['a drawing that could be a page', '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', 'me.svg', ''],
    ['a picture that is sent as a document', aPicture().toString('latin1'), 'me.png', '?as=document'],
  ])('%s is a document, and only to be downloaded', async (_what, content, name, query) => {
    const media = await world.uploaded(Buffer.from(content, 'latin1'), name, query);
    expect(media.kind).toBe('document');
    const { headers } = await world.get(media.id);
    expect(headers.get('content-disposition')).toMatch(/^attachment; /);
    expect(headers.get('content-type')).not.toMatch(/html|svg/);
  });

  it('that has all come is kept, however slow the disk is then', async () => {
    const [begun, come] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { put } = world.gateway.blobs;
    const slow = await aGateway(world.database, {
      blobs: {
        ...world.gateway.blobs,
        async put(...of) {
          begun.resolve();
          await come.promise;
          return put(...of);
        },
      },
    });
    slow.app.server.on('request', (request) => request.on('close', () => come.resolve()));
    const cookie = await signIn(slow, world.database, world.here.workspace.workspaceId, world.here.workspace.vendor);
    const form = aFormInParts();
    const uploading = world.upload(form.body, { url: slow.url, cookie, headers: form.headers });
    await begun.promise;
    form.end('x'.repeat(30_000));
    const answer = await uploading;
    expect(answer.status, await answer.text()).toBe(201);
  });

  it('of a sound is a voice note when wished so, and parts of it can be had, or gone on with', async () => {
    const sound = aSound(1_000);
    expect((await world.uploaded(sound, 'a.ogg')).kind).toBe('audio');
    const media = await world.uploaded(sound, 'a.ogg', '?as=voice');
    expect(media.kind).toBe('voice');

    const part = await world.get(media.id, { headers: { range: 'bytes=990-' } });
    expect({ status: part.status, range: part.headers.get('content-range') }).toEqual({
      status: 206,
      range: 'bytes 990-999/1000',
    });
    expect(Buffer.from(await part.arrayBuffer()).equals(sound.subarray(990))).toBe(true);
    const etag = part.headers.get('etag') ?? '';
    const goesOn = await world.get(media.id, { headers: { range: 'bytes=990-', 'if-range': etag } });
    expect(goesOn.status).toBe(206);
    const another = await world.get(media.id, { headers: { range: 'bytes=990-', 'if-range': '"another"' } });
    expect([another.status, Buffer.from(await another.arrayBuffer()).equals(sound)]).toEqual([200, true]);
    const had = await world.get(media.id, { headers: { 'if-none-match': etag } });
    expect([had.status, had.headers.get('etag'), await had.text()]).toEqual([304, etag, '']);
    const elsewhere = { cookie: world.elsewhere.cookies.admin, headers: { 'if-none-match': etag } };
    expect((await world.get(media.id, elsewhere)).status).toBe(404);
    const behind = await world.get(media.id, { headers: { range: 'bytes=1000-' } });
    expect(behind.headers.get('content-range')).toBe('bytes */1000');
    expect(await refusal(behind)).toMatchObject({ status: 416, code: 'range-not-satisfiable' });
  });
});

describe('a message with a file', () => {
  const post = (body: object, as = world.here.as.vendor) =>
    as('POST', `/api/leads/${world.here.leadId}/messages`, { body });

  it('is queued with its file and its caption, and answers only files that were uploaded here', async () => {
    await world.here.as.vendor('POST', `/api/leads/${world.here.leadId}/claim`);
    const media = await world.uploaded(aPicture(), 'offer.png');
    const answer = await post({ mediaId: media.id, text: 'Our offer' });
    expect(answer.statusCode, answer.body).toBe(201);
    expect(answer.json()).toMatchObject({ type: 'image', text: 'Our offer', status: 'queued', media });
    expect((await post({ mediaId: media.id })).json()).toMatchObject({ text: '', media: { id: media.id } });

    expectProblem(await post({ mediaId: randomUUID() }), 404, 'unknown-media');
    expectProblem(await post({ text: '' }), 400, 'invalid-request');
    const sound = await world.uploaded(aSound(), 'a.ogg');
    expectProblem(await post({ mediaId: sound.id, text: 'listen' }), 400, 'no-caption');
    expect((await post({ mediaId: sound.id })).statusCode).toBe(201);
    const theirs = await world.upload(aForm(aPicture(), 'x.png'), { cookie: world.elsewhere.cookies.vendor });
    expectProblem(await post({ mediaId: mediaView.parse(await theirs.json()).id }), 404, 'unknown-media');
  });
});

describe('what nobody needs', () => {
  it('goes a day after it was uploaded, unless it was sent', async () => {
    const [used, unused, young] = [
      await world.uploaded(aPicture(), 'used.png'),
      await world.uploaded(aPicture(), 'unused.png'),
      await world.uploaded(aPicture(), 'young.png'),
    ];
    const { workspaceId } = world.here.workspace;
    const posted = await world.here.as.vendor('POST', `/api/leads/${world.here.leadId}/messages`, {
      body: { mediaId: used.id },
    });
    expect(posted.statusCode, posted.body).toBe(201);
    await world.aDayLater(used.id);
    await world.aDayLater(unused.id);
    await world.removeUnneeded();
    expect([
      (await world.get(used.id)).status,
      (await world.get(unused.id)).status,
      (await world.get(young.id)).status,
    ]).toEqual([200, 404, 200]);
    expect(await world.gateway.blobs.exists(mediaKey(workspaceId, unused.id))).toBe(false);
    expect(await world.query('select 1 from media where id = $1', [unused.id])).toEqual([]);
    expect(await world.gateway.stores.removals.due(10)).toEqual([]);
  });

  it('goes at once when it was taken back, and its row stays', async () => {
    const media = await world.uploaded(aPicture(), 'secret.png');
    await world.here.as.vendor('POST', `/api/leads/${world.here.leadId}/messages`, { body: { mediaId: media.id } });
    await world.query(`update media set state = 'deleted' where id = $1`, [media.id]);
    await world.removeUnneeded();
    expect(await world.gateway.blobs.exists(mediaKey(world.here.workspace.workspaceId, media.id))).toBe(false);
    expect(await world.gateway.stores.workspace(world.here.workspace.workspaceId).media.get(media.id)).toMatchObject({
      state: 'deleted',
      size: null,
    });
    expect(await world.gateway.stores.removals.due(10)).toEqual([]);
  });
});

it('no log line holds a file’s name', () => {
  expect(world.gateway.lines.join('')).toMatch(/media.uploaded/);
  expect(world.gateway.lines.join('')).not.toMatch(/holiday|offer\.png|secret|me\.svg/);
});
