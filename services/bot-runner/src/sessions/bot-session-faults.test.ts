import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aSessionWorld, type RunOptions, STATE } from '../../test/a-session-world.ts';
import { sessionKey } from './session-keys.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'wbm-session-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const aWorld = () => aSessionWorld(home);

test('a logout voids copies as soon as Postgres is back, and a copy of what is linked then is not taken before', async () => {
  const { lives, kept, table, away } = aWorld();
  const session = await lives('a', 1, 'one');
  away(true);
  session.entered('logged-out');
  session.entered('ready');
  const keeping = session.keep();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(table.map((row) => row.void)).toEqual([null]);
  away(false);
  await keeping;
  expect([table.map((row) => row.void), (await kept()).length]).toEqual([[null], 1]);
  expect(table).toHaveLength(1);
});

test('what is there and what is missing: only the newest session, in its place, has no gap', async () => {
  const { lives, run, blobs, table, folder } = aWorld();
  const prepared = async (machine: string, epoch: number, options: RunOptions = {}) => {
    const session = run(machine, epoch, options);
    await session.prepare('whatsapp-web.js');
    return session.gap;
  };
  expect(await prepared('a', 1)).toBe('nothing');
  await lives('a', 2, 'two');
  expect(await prepared('a', 3)).toBeNull();
  expect(await prepared('b', 4)).toBeNull();
  expect(await prepared('c', 5, { keys: [sessionKey(randomBytes(32).toString('hex'))] })).toBe('other-key');
  await blobs.remove(`sessions/w/b/${table[0]?.id}`);
  expect(await prepared('d', 6)).toBe('missing');
  await mkdir(join(folder('a'), '../aside/b.stuck.x'), { recursive: true });
  expect(await prepared('a', 7)).toBe('put-aside');
});

test('a disk that does not answer is not one where nothing is', async () => {
  const { lives, finds, folder } = aWorld();
  await lives('a', 1, 'one');
  await lives('b', 2, 'two');
  await rm(`${folder('a')}.epoch`);
  await mkdir(`${folder('a')}.epoch`); // Reading it fails, and not because it is not there.
  await expect(finds('a', 3)).rejects.toThrow('EISDIR');
  expect(await readFile(join(folder('a'), STATE), 'utf8')).toBe('one');
});

test.each(['drop', 'keep'] as const)('a restore that hangs ends with %s, and the copy stays of use', async (how) => {
  const { lives, run, finds, table, blobs } = aWorld();
  await lives('a', 1, 'one');
  const path = `sessions/w/b/${table[0]?.id}`;
  const read = blobs.read;
  let hangs = true;
  const began = Promise.withResolvers<void>();
  blobs.read = async (key, range) => {
    if (!hangs) return read(key, range);
    began.resolve();
    const bytes = await buffer(await read(path));
    const hanging = new Readable({ read: () => undefined });
    hanging.push(bytes.subarray(0, 200));
    return hanging;
  };
  const session = run('b', 2);
  const preparing = session.prepare('whatsapp-web.js').then(
    () => 'done',
    () => 'broken off',
  );
  await began.promise;
  await session[how]();
  expect(await preparing).toBe('broken off');
  hangs = false;
  expect(table[0]?.void).toBeNull();
  expect(await finds('b', 3)).toBe('one');
});

test('a copy whose store hangs is broken off when the run loses the bot', async () => {
  const { run, blobs, folder, table, lines } = aWorld();
  const began = Promise.withResolvers<void>();
  blobs.put = (_key, _source, { signal }) => {
    began.resolve();
    return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  };
  const session = run('a', 1, { keepMs: 60_000 });
  await session.prepare('whatsapp-web.js');
  await mkdir(join(folder('a'), 'Default/IndexedDB'), { recursive: true });
  session.entered('ready');
  const keeping = session.keep();
  await began.promise;
  session.drop();
  await keeping;
  expect(table).toEqual([]);
  expect(await lines.keep.pass(async () => 'free', { signal: AbortSignal.timeout(20_000) })).toBe('free');
});

test('a session that does not work is replaced by its newest copy, once a run; what WhatsApp ended is not', async () => {
  const { lives, run, folder } = aWorld();
  await lives('a', 1, 'one');
  await writeFile(join(folder('a'), STATE), 'garbage');
  const session = run('a', 2);
  await session.prepare('whatsapp-web.js');
  expect(await readFile(join(folder('a'), STATE), 'utf8')).toBe('garbage');
  session.entered('needs-scan');
  expect(session.damaged()).toBe(true);
  await session.keep();
  await session.prepare('whatsapp-web.js');
  expect(await readFile(join(folder('a'), STATE), 'utf8')).toBe('one');
  expect(session.damaged()).toBe(false);

  await lives('a', 3, 'three');
  const stuck = run('a', 4);
  await stuck.prepare('whatsapp-web.js');
  stuck.entered('logged-out', true);
  expect(stuck.damaged()).toBe(true);
  const ended = run('a', 5);
  await ended.prepare('whatsapp-web.js');
  ended.entered('logged-out');
  expect(ended.damaged()).toBe(false);
  const nothing = run('b', 6, { keys: [] });
  await nothing.prepare('whatsapp-web.js');
  expect(nothing.damaged()).toBe(false);
});

test('a copy that this run began with is not what it falls back to', async () => {
  const { lives, run, folder } = aWorld();
  await lives('a', 1, 'one');
  const only = run('c', 2);
  await only.prepare('whatsapp-web.js');
  expect(only.damaged()).toBe(false);
  await lives('a', 2, 'two');
  const session = run('b', 3);
  await session.prepare('whatsapp-web.js');
  expect(session.damaged()).toBe(true);
  await session.prepare('whatsapp-web.js');
  expect(await readFile(join(folder('b'), STATE), 'utf8')).toBe('one');
});

test('a copy that asked for a new link is not tried again, in no later run, before a number is linked', async () => {
  const { lives, run, finds, folder } = aWorld();
  await lives('a', 1, 'one');
  await lives('a', 2, 'two');
  const session = run('b', 3);
  await session.prepare('whatsapp-web.js');
  expect(session.damaged()).toBe(true);
  await session.prepare('whatsapp-web.js');
  expect(await readFile(join(folder('b'), STATE), 'utf8')).toBe('one');
  expect(session.damaged()).toBe(false);
  await session.keep();
  // What the engine puts aside, and what it shows a code with.
  await rm(folder('b'), { recursive: true });

  expect(await finds('b', 4)).toBeNull();
  const again = run('b', 5);
  await again.prepare('whatsapp-web.js');
  again.entered('needs-scan');
  expect(again.damaged()).toBe(false);
  again.entered('ready');
  await again.keep();
  await expect.poll(() => finds('b', 6), { timeout: 20_000 }).toBe('two');
});
