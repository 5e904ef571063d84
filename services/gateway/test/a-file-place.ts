import { readdirSync } from 'node:fs';
import { mediaView, problem } from '@wbm/contracts';
import { createLog } from '@wbm/runtime';
import { ownerQuery } from '@wbm/testkit';
import { expect } from 'vitest';
import { removeUnneeded } from '../src/remove-unneeded.ts';
import { aForm } from './a-file.ts';
import { aPlace, aWorkplace } from './a-workplace.ts';

export const MB = 1024 * 1024;
export type Body = FormData | string | ReadableStream<Uint8Array>;

/** A gateway with two workplaces, and what their vendors do with files. */
export async function aFilePlace(overrides: Parameters<typeof aPlace>[0] = {}) {
  const place = await aPlace(overrides);
  const { gateway, database } = place;
  const vendor = place.here.cookies.vendor;
  const query = ownerQuery(database.ownerUrl);

  const upload = (body: Body, { url = gateway.url, cookie = vendor, wish = '', headers = {} } = {}) =>
    fetch(`${url}/api/uploads${wish}`, {
      method: 'POST',
      body,
      headers: { ...(cookie === '' ? {} : { cookie }), ...headers },
      ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
    } as RequestInit);

  async function uploaded(bytes: Buffer, name: string, wish = '') {
    const answer = await upload(aForm(bytes, name), { wish });
    expect(answer.status, await answer.clone().text()).toBe(201);
    return mediaView.parse(await answer.json());
  }

  const get = (id: string, { cookie = vendor, headers = {} } = {}) =>
    fetch(`${gateway.url}/api/media/${id}`, { headers: { cookie, ...headers } });

  /** Everything of files that is kept: rows, blobs, and what is half written. */
  async function kept() {
    const rows = await query<{ id: string }>('select id from media');
    const files = readdirSync(gateway.blobDir, { recursive: true, withFileTypes: true });
    return { rows: rows.length, files: files.filter((entry) => entry.isFile()).length };
  }

  const log = createLog({ service: 'test', level: 'fatal' });
  return {
    ...place,
    elsewhere: await aWorkplace(gateway, database),
    query,
    upload,
    uploaded,
    get,
    kept,
    removeUnneeded: () => removeUnneeded({ storage: gateway.stores, blobs: gateway.blobs, log }),
    aDayLater: (mediaId: string) =>
      query(`update media set due_at = now() - interval '1 second' where id = $1`, [mediaId]),
  };
}
export type FilePlace = Awaited<ReturnType<typeof aFilePlace>>;

export async function refusal(answer: Response) {
  const said = problem.parse(await answer.json());
  return { status: answer.status, code: said.code, detail: said.detail };
}
