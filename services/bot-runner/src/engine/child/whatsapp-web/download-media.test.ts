import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BotClient } from './bot-client.ts';
import { MediaDownloads } from './download-media.ts';
import { Identities } from './identities.ts';
import { fileState, readSlice } from './page-files.ts';
import { seek } from './page-message.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'wbm-downloads-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Downloads from a page that has the file `bytes`, and gives `slice` of it. */
function fetchTo(path: string, slice = async () => Buffer.from('bytes').toString('base64')) {
  const evaluate = async (work: unknown) => {
    if (work === seek) return { ack: 0, size: 5, mimeType: 'image/png' };
    if (work === fileState) return { state: 'done', size: 5 };
    return work === readSlice ? slice() : undefined;
  };
  const evaluateWithin = (_ms: number, work: unknown) => evaluate(work);
  const client = { evaluate, evaluateWithin } as unknown as BotClient;
  const downloads = new MediaDownloads(() => client, new Identities(async () => ({ phone: null, lid: null })));
  return downloads.fetch({ jid: '1@c.us', waMessageId: 'm', path, maxBytes: 10 });
}

test('what the page has is written', async () => {
  const path = join(dir, 'file');
  expect(await fetchTo(path)).toEqual({ outcome: 'stored', size: 5, mimeType: 'image/png' });
  expect(await readFile(path, 'utf8')).toBe('bytes');
  await rm(path);
});

test('what the disk does not take is no failure of the file', async () => {
  expect(await fetchTo(join(dir, 'no such folder', 'file'))).toEqual({ outcome: 'disk' });
});

test.each([
  ['ends in the middle', async () => Promise.reject(new Error('closed'))],
  ['gives nothing', async () => ''],
  ['gives more than it said', async () => Buffer.from('bytes and more').toString('base64')],
])('a page that %s has failed, and nothing of it stays', async (_, slice) => {
  expect(await fetchTo(join(dir, 'file'), slice)).toEqual({ outcome: 'failed' });
  expect(await readdir(dir)).toEqual([]);
});
