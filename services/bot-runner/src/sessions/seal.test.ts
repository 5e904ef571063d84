import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { CannotOpen, open, type SealedFor, seal } from './seal.ts';
import { sessionKey } from './session-keys.ts';

const key = sessionKey(randomBytes(32).toString('hex'));
const other = sessionKey(randomBytes(32).toString('base64'));
const whose: SealedFor = { workspaceId: 'w', botId: 'b', runEpoch: 3, snapshotId: 's' };
const CHUNK = 65_536;
const HEADER = 45;

const whole = (pieces: AsyncIterable<Buffer>) => buffer(Readable.from(pieces));
const sealed = (plain: Buffer, by = key) => whole(seal([plain], by, whose));
const opened = (bytes: Buffer, keys = [key], as = whose) => whole(open([bytes], keys, as));
const why = (bytes: Buffer, keys = [key], as = whose) =>
  opened(bytes, keys, as).then(
    () => 'opened',
    (err: unknown) => (err instanceof CannotOpen ? err.why : 'another error'),
  );

test.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])('%i bytes come back', async (size) => {
  const plain = randomBytes(size);
  const bytes = await sealed(plain);
  expect((await opened(bytes)).equals(plain)).toBe(true);
  expect(bytes.length).toBe(HEADER + size + 16 * Math.max(1, Math.ceil(size / CHUNK)));
});

test('however it is cut into pieces', async () => {
  const plain = randomBytes(2 * CHUNK + 100);
  const drops = (bytes: Buffer) =>
    Array.from({ length: Math.ceil(bytes.length / 999) }, (_, n) => bytes.subarray(n * 999, (n + 1) * 999));
  const bytes = await whole(seal(drops(plain), key, whose));
  expect((await whole(open(drops(bytes), [key], whose))).equals(plain)).toBe(true);
});

test('the same twice is not the same, and neither shows what is in it', async () => {
  const plain = Buffer.from('a session '.repeat(20));
  const [one, two] = [await sealed(plain), await sealed(plain)];
  expect(one.subarray(HEADER).equals(two.subarray(HEADER))).toBe(false);
  expect(one.includes('session')).toBe(false);
});

test('a changed byte anywhere is found', async () => {
  const bytes = await sealed(randomBytes(CHUNK + 50));
  const places = [0, 4, 20, 44, HEADER, HEADER + CHUNK, HEADER + CHUNK + 15, HEADER + CHUNK + 16, bytes.length - 1];
  for (const place of places) {
    const changed = Buffer.from(bytes);
    changed[place] = (changed[place] ?? 0) ^ 1;
    expect([place, await why(changed)]).toEqual([place, 'broken']);
  }
});

test('a cut, longer, or reordered copy is found, also at the seams', async () => {
  const plain = randomBytes(2 * CHUNK);
  const bytes = await sealed(plain);
  const seam = HEADER + CHUNK + 16;
  for (const end of [0, 10, HEADER, HEADER + 5, seam - 1, seam, seam + 1, bytes.length - 1]) {
    expect([end, await why(bytes.subarray(0, end))]).toEqual([end, 'broken']);
  }
  expect(await why(Buffer.concat([bytes, Buffer.alloc(1)]))).toBe('broken');
  const swapped = Buffer.concat([bytes.subarray(0, HEADER), bytes.subarray(seam), bytes.subarray(HEADER, seam)]);
  expect(await why(swapped)).toBe('broken');
});

test.each([{ workspaceId: 'x' }, { botId: 'x' }, { runEpoch: 4 }, { snapshotId: 'x' }])(
  'what was sealed for another is not opened: %j',
  async (change) => {
    expect(await why(await sealed(Buffer.from('mine')), [key], { ...whose, ...change })).toBe('broken');
  },
);

test('opens with any of our keys, and says when it is none of them', async () => {
  const bytes = await sealed(Buffer.from('old'), other);
  expect(await why(bytes, [key])).toBe('other-key');
  expect((await opened(bytes, [key, other])).toString()).toBe('old');
  const forged = Buffer.concat([bytes.subarray(0, 5), key.id, bytes.subarray(13)]);
  expect(await why(forged, [key])).toBe('broken');
});

test('nothing of a chunk is given before it is verified', async () => {
  const bytes = await sealed(randomBytes(3 * CHUNK));
  const changed = Buffer.from(bytes);
  changed[HEADER + CHUNK + 16 + 7] = (changed[HEADER + CHUNK + 16 + 7] ?? 0) ^ 1;
  let given = 0;
  await expect(
    (async () => {
      for await (const piece of open([changed], [key], whose)) given += piece.length;
    })(),
  ).rejects.toThrow(CannotOpen);
  expect(given).toBe(CHUNK);
});
