import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { BotClient } from './bot-client.ts';
import { fileState, startUpload } from './page-files.ts';
import { MediaUploads } from './upload-media.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'wbm-uploads-'));
  await writeFile(join(dir, 'picture'), 'bytes');
});
afterAll(() => rm(dir, { recursive: true, force: true }));
const picture = () => ({ path: join(dir, 'picture'), kind: 'image', mimeType: 'image/png', name: null }) as const;

/** A page that takes a file only when it is told to. */
function aPage() {
  const begun: string[] = [];
  const done = new Set<string>();
  const evaluate = async (work: unknown, id: string) => {
    if (work === startUpload) begun.push(id);
    if (work === fileState) return { state: done.has(id) ? 'done' : 'working', size: 5 };
    return undefined;
  };
  return { client: { evaluate } as unknown as BotClient, begun, done };
}

test('one file is uploaded after the other', async () => {
  const { client, begun, done } = aPage();
  const uploads = new MediaUploads();
  const both = [uploads.upload(client, 'a', picture()), uploads.upload(client, 'b', picture())];
  await vi.waitFor(() => expect(begun).toEqual(['a']), { timeout: 20_000 });
  done.add('b').add('a');
  expect(await Promise.all(both)).toEqual([null, null]);
  expect(begun).toEqual(['a', 'b']);
});

test('one whose turn comes too late was not sent, and not even begun', async () => {
  const { client, begun, done } = aPage();
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  try {
    const uploads = new MediaUploads();
    const both = [uploads.upload(client, 'a', picture()), uploads.upload(client, 'b', picture())];
    await vi.waitFor(() => expect(begun).toEqual(['a']), { timeout: 20_000 });
    now.mockReturnValue(90_000);
    done.add('a');
    expect(await Promise.all(both)).toEqual([null, expect.objectContaining({ outcome: 'not-sent' })]);
    expect(begun).toEqual(['a']);
  } finally {
    now.mockRestore();
  }
});
