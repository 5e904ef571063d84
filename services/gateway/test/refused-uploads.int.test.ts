import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Blobs } from '@wbm/blobs';
import { Transient } from '@wbm/runtime';
import { waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { aForm, aPicture } from './a-file.ts';
import { aFilePlace, type Body, type FilePlace, MB, refusal } from './a-file-place.ts';
import { aGateway, signIn } from './a-gateway.ts';

let world: FilePlace;
beforeAll(async () => {
  world = await aFilePlace();
});

type Refusal = {
  readonly what: string;
  readonly body: () => Body;
  readonly type?: string;
  readonly site?: string;
  readonly wish?: string;
  readonly status: number;
  readonly code: string;
  readonly detail: RegExp;
};

function aFormWithoutFile(): FormData {
  const form = new FormData();
  form.append('name', 'value');
  return form;
}

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
      wish: '?as=sticker',
      status: 400,
      code: 'invalid-request',
      detail: /./,
    },
  ])('$what', async ({ body, type, site, wish = '', status, code, detail }) => {
    // biome-ignore format: a table
    const headers = { ...(type ? { 'content-type': type } : {}), ...(site ? { 'sec-fetch-site': site } : {}) };
    const before = await world.kept();
    const said = await refusal(await world.upload(body(), { headers, wish }));
    expect(said).toMatchObject({ status, code, detail: expect.stringMatching(detail) });
    await waitFor(async () => JSON.stringify(await world.kept()) === JSON.stringify(before), {
      what: 'nothing to stay',
    });
  });

  it('nobody who is not signed in uploads anything', async () => {
    expect((await world.upload(aForm(aPicture(), 'a.png'), { cookie: '' })).status).toBe(401);
  });

  it('two hundred megabytes are refused at once by what they say, without a byte of them', async () => {
    const [host = '', port = ''] = new URL(world.gateway.url).host.split(':');
    const before = await world.kept();
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
    expect(await world.kept()).toEqual(before);
  });

  it('two hundred megabytes that do not say so are refused at the limit, and never fill the disk or the memory', async () => {
    const before = await world.kept();
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
    const said = await world
      .upload(body, { headers: { 'content-type': 'multipart/form-data; boundary=b' } })
      .then(refusal);
    expect(said).toMatchObject({ status: 413, code: 'file-too-large' });
    expect(given).toBeLessThan(150 * MB);
    expect(most).toBeLessThan(200 * MB);
    await waitFor(async () => JSON.stringify(await world.kept()) === JSON.stringify(before), {
      what: 'nothing to stay',
    });
  });

  it('one that is cut off in the middle', async () => {
    const before = await world.kept();
    const [host = '', port = ''] = new URL(world.gateway.url).host.split(':');
    const socket = connect(Number(port), host);
    socket.write(
      `POST /api/uploads HTTP/1.1\r\nhost: x\r\ncookie: ${world.here.cookies.vendor}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: ${10 * MB}\r\n\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n`,
    );
    socket.write(Buffer.alloc(2 * MB, 'x'));
    await waitFor(async () => (await world.kept()).rows > before.rows, { what: 'the upload to begin' });
    socket.destroy();
    await waitFor(async () => JSON.stringify(await world.kept()) === JSON.stringify(before), {
      what: 'nothing to stay',
    });
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
  const before = await world.kept();
  const body = aForm(aPicture(), 'a.png');
  const said = await refusal(await fetch(`${full.url}/api/uploads`, { method: 'POST', body, headers: { cookie } }));
  expect(said).toMatchObject({ status: 503, code: 'unavailable', detail: expect.stringMatching(/folder of files/) });
  expect(await world.kept()).toEqual(before);
});
