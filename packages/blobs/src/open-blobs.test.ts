import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, statfs, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { Transient } from '@wbm/runtime';
import { afterEach, expect, test } from 'vitest';
import { type Blobs, openBlobs } from './open-blobs.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function aStore(): Promise<{ blobs: Blobs; dir: string; growing: () => Promise<string[]> }> {
  const dir = join(await mkdtemp(join(tmpdir(), 'wbm-blobs-')), 'blobs');
  folders.push(join(dir, '..'));
  const growing = () => readdir(join(dir, '.growing')).catch(() => []);
  return { blobs: openBlobs({ dir }), dir, growing };
}
const limit = { maxBytes: 1_000_000 };
const of = (content: string) => Readable.from([Buffer.from(content)]);

test('keeps, tells, gives back and forgets', async () => {
  const { blobs, growing } = await aStore();
  expect(await blobs.put('media/a/1', of('hello'), limit)).toEqual({ size: 5 });
  expect(await blobs.exists('media/a/1')).toBe(true);
  expect(await blobs.size('media/a/1')).toBe(5);
  expect(await text(await blobs.read('media/a/1'))).toBe('hello');
  expect(await text(await blobs.read('media/a/1', { start: 1, end: 3 }))).toBe('ell');
  expect(await growing()).toEqual([]);
  await blobs.put('media/a/1', of('other'), limit);
  expect(await text(await blobs.read('media/a/1'))).toBe('other');
  await blobs.remove('media/a/1');
  await blobs.remove('media/a/1');
  expect(await blobs.exists('media/a/1')).toBe(false);
  await expect(blobs.read('media/a/1')).rejects.toThrow('no such blob');
});

test('from a file and to a file', async () => {
  const { blobs, dir } = await aStore();
  const path = join(dir, '..', 'file');
  await writeFile(path, 'bytes');
  expect(await blobs.putFile('sessions/a/b', path)).toEqual({ size: 5 });
  await rm(path);
  await blobs.copyTo('sessions/a/b', path);
  expect(await readFile(path, 'utf8')).toBe('bytes');
  await expect(blobs.copyTo('sessions/a/c', path)).rejects.toThrow('no such blob');
});

test('lists and removes by whole parts of a key', async () => {
  const { blobs } = await aStore();
  for (const key of ['media/a/2', 'media/a/1', 'media/ab/1', 'media/a/deep/3']) await blobs.put(key, of('x'), limit);
  expect(await blobs.list('media/a')).toEqual(['media/a/1', 'media/a/2', 'media/a/deep/3']);
  await blobs.removeAll('media/a');
  await blobs.removeAll('media/a');
  expect(await blobs.list('media')).toEqual(['media/ab/1']);
  expect(await blobs.list('nothing')).toEqual([]);
});

test('more than the limit is refused, nothing of it stays, and what was there is there still', async () => {
  const { blobs, growing } = await aStore();
  await blobs.put('a', of('old'), limit);
  await expect(blobs.put('a', of('12345'), { maxBytes: 4 })).rejects.toThrow('more than 4 bytes');
  await blobs.put('b', of('1234'), { maxBytes: 4 });
  expect(await text(await blobs.read('a'))).toBe('old');
  expect(await growing()).toEqual([]);
});

test('an endless source is stopped at the limit', async () => {
  const { blobs, growing } = await aStore();
  let given = 0;
  const endless = new Readable({
    read() {
      given += 65_536;
      this.push(Buffer.alloc(65_536));
    },
  });
  await expect(blobs.put('a', endless, limit)).rejects.toThrow('more than 1000000 bytes');
  expect(given).toBeLessThan(2_000_000);
  expect(endless.destroyed).toBe(true);
  expect(await growing()).toEqual([]);
});

test('a source that breaks off leaves nothing', async () => {
  const { blobs, growing } = await aStore();
  async function* breaking() {
    yield Buffer.from('first half');
    throw new Error('cut off');
  }
  await expect(blobs.put('a', Readable.from(breaking()), limit)).rejects.toThrow('cut off');
  expect(await blobs.exists('a')).toBe(false);
  expect(await growing()).toEqual([]);
});

test('a source that hangs can be given up and leaves nothing', async () => {
  const { blobs, growing } = await aStore();
  const hanging = new Readable({ read: () => undefined });
  hanging.push('first half');
  const late = new AbortController();
  const putting = blobs.put('a', hanging, { ...limit, signal: late.signal });
  await expect.poll(growing, { timeout: 20_000 }).toHaveLength(1);
  late.abort();
  await expect(putting).rejects.toThrow('abort');
  await expect(blobs.put('a', of('late'), { ...limit, signal: late.signal })).rejects.toThrow('abort');
  expect([await blobs.exists('a'), await growing(), hanging.destroyed]).toEqual([false, [], true]);
});

test('several puts of one key leave one of them, whole, and readers never see half of one', async () => {
  const { blobs } = await aStore();
  const contents = Array.from({ length: 12 }, (_, n) => String.fromCharCode(97 + n).repeat(300_000));
  const seen: string[] = [];
  const puts = contents.map((content) => blobs.put('a', of(content), limit));
  await Promise.race(puts);
  const reads = contents.map(async () => void seen.push(await text(await blobs.read('a'))));
  await Promise.all([...puts, ...reads]);
  for (const one of [...seen, await text(await blobs.read('a'))]) expect(contents.includes(one)).toBe(true);
});

test('a reader keeps what it began to read', async () => {
  const { blobs } = await aStore();
  await blobs.put('a', of('x'.repeat(500_000)), limit);
  const reading = await blobs.read('a');
  await blobs.put('a', of('y'), limit);
  await blobs.remove('a');
  expect((await buffer(reading)).toString()).toBe('x'.repeat(500_000));
});

test.each([
  '',
  '/',
  '/a',
  'a/',
  'a//b',
  '..',
  '../a',
  'a/../b',
  'a/..',
  '.',
  './a',
  '.growing/x',
  'a/.hidden',
  'A',
  'a\\b',
  'a\0b',
  'a b',
  'ä',
  'a'.repeat(600),
])('refuses the key %j', async (key) => {
  const { blobs } = await aStore();
  await expect(blobs.put(key, of('x'), limit)).rejects.toThrow('not the key of a blob');
  const ways = [blobs.read, blobs.size, blobs.exists, blobs.remove, blobs.removeAll, blobs.list];
  for (const way of ways) await expect((async () => way(key))()).rejects.toThrow('not the key of a blob');
});

test('what a killed process left half written is removed, what grows now is not', async () => {
  const { blobs, dir, growing } = await aStore();
  const code = `
    import { openBlobs } from ${JSON.stringify(new URL('./open-blobs.ts', import.meta.url).href)};
    import { Readable } from 'node:stream';
    const source = new Readable({ read() {} });
    source.push('half');
    openBlobs({ dir: ${JSON.stringify(dir)} }).put('a', source, { maxBytes: 100 });
    setInterval(async () => process.stdout.write('.'), 50);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  while ((await growing()).length === 0) await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');

  expect(await blobs.exists('a')).toBe(false);
  await blobs.removeLeftovers();
  const [left] = await growing();
  expect(left).toBeDefined();
  const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
  await utimes(join(dir, '.growing', left ?? ''), hoursAgo, hoursAgo);
  await blobs.removeLeftovers();
  expect(await growing()).toEqual([]);
});

test('a disk that refuses is a failure from outside, told without names', async () => {
  const { blobs, dir } = await aStore();
  await mkdir(join(dir, '.growing'), { recursive: true });
  const full = new Readable({
    read() {
      this.destroy(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }));
    },
  });
  const failure = await blobs.put('media/x', full, limit).catch((err: unknown) => err);
  expect(failure).toBeInstanceOf(Transient);
  expect(failure).toMatchObject({ code: 'blobs.unavailable', message: 'The folder of files cannot be used: ENOSPC.' });
});

test('the last of the disk is for what is reserved', async () => {
  const { dir } = await aStore();
  const blobs = openBlobs({ dir, reserveBytes: Number.MAX_SAFE_INTEGER });
  const path = join(dir, '..', 'file');
  await writeFile(path, 'bytes');
  const nearlyFull = { code: 'blobs.unavailable', message: 'The folder of files is nearly full.' };
  await expect(blobs.put('media/a', of('x'), limit)).rejects.toMatchObject(nearlyFull);
  await expect(blobs.putFile('media/a', path)).rejects.toMatchObject(nearlyFull);
  await blobs.put('sessions/a', of('x'), { ...limit, reserved: true });
  expect([await blobs.list('media'), await blobs.list('sessions')]).toEqual([[], ['sessions/a']]);
});

test('what is kept is counted against what is left before it is written', async () => {
  const { dir } = await aStore();
  await mkdir(dir, { recursive: true });
  const { bavail, bsize } = await statfs(dir);
  const blobs = openBlobs({ dir, reserveBytes: bavail * bsize - 1024 ** 3 });
  await expect(blobs.put('media/a', of('x'), { maxBytes: 2 * 1024 ** 3 })).rejects.toMatchObject({
    code: 'blobs.unavailable',
  });
  await blobs.put('media/b', of('x'), { maxBytes: 1024 });
});
