import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { processStamp } from '@wbm/chromium';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aSessionWorld, STATE } from '../../test/a-session-world.ts';
import { LINKED_NOTE } from '../engine/child/whatsapp-web/session-folder.ts';
import { botsOnDisk } from './session-disk.ts';
import { sessionKey } from './session-keys.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'wbm-session-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const aWorld = () => aSessionWorld(home);

test('a copy is taken after a run that was ready, and restored where the disk has an older run or nothing', async () => {
  const { lives, finds, table, marker, folder } = aWorld();
  await lives('a', 1, 'one');
  expect(table).toMatchObject([{ runEpoch: 1 }]);
  expect(await finds('b', 2)).toBe('one');
  expect(await marker('b')).toBe('2');
  await lives('b', 3, 'three');
  expect(await finds('a', 4)).toBe('three');
  expect(await marker('a')).toBe('4');
  expect(await readdir(join(folder('a'), '..', 'aside'))).toMatchObject([expect.stringMatching(/^b\.replaced\./)]);
});

test('a disk on which a later run began is not replaced, whatever copies there are', async () => {
  const { lives, finds, folder } = aWorld();
  await lives('a', 1, 'one');
  await finds('a', 2);
  await writeFile(join(folder('a'), STATE), 'two, and never copied');
  expect(await finds('a', 3)).toBe('two, and never copied');
});

test('a folder that no number was linked with yet does not keep a copy from coming back', async () => {
  const { lives, finds, folder } = aWorld();
  await lives('a', 1, 'one');
  await rm(folder('a'), { recursive: true });
  // It was put aside, and another one begun; the runner was killed before anybody scanned.
  await finds('a', 2, { keys: [] });
  await mkdir(join(folder('a'), STATE, '..'), { recursive: true });
  await writeFile(join(folder('a'), STATE), 'nobody');
  expect(await finds('a', 3)).toBe('one');
});

test('a run without being ready, one that was unlinked, and another engine leave no copy', async () => {
  const { run, table, kept } = aWorld();
  const idle = run('a', 1);
  await idle.prepare('whatsapp-web.js');
  await idle.keep();
  const unlinked = run('a', 2);
  await unlinked.prepare('whatsapp-web.js');
  await mkdir(join(home, 'a/sessions/session-b/Default/IndexedDB'), { recursive: true });
  unlinked.entered('ready');
  unlinked.entered('needs-scan');
  await unlinked.keep();
  const sandbox = run('c', 1);
  await sandbox.prepare('sandbox');
  sandbox.entered('ready');
  await sandbox.keep();
  expect([table, await kept()]).toEqual([[], []]);
  await expect(access(join(home, 'c'))).rejects.toThrow('ENOENT');
});

test('the newest three stay; what a crash left in the store goes with the next copy', async () => {
  const { lives, table, kept, blobs } = aWorld();
  await blobs.put(`sessions/w/b/${randomUUID()}`, Readable.from(['orphan']), { maxBytes: 9 });
  for (const epoch of [1, 2, 3, 4, 5]) await lives('a', epoch, String(epoch));
  expect(table.map(({ runEpoch }) => runEpoch)).toEqual([5, 4, 3]);
  expect(await kept()).toEqual(table.map(({ id }) => `sessions/w/b/${id}`).sort());
});

test('a copy that a later run does not want leaves no bytes', async () => {
  const { lives, kept, refuse, table } = aWorld();
  refuse(true);
  await lives('a', 1, 'one');
  expect([table, await kept()]).toEqual([[], []]);
});

test('a copy that takes too long is given up and leaves no bytes', async () => {
  const { lives, kept, table } = aWorld();
  await lives('a', 1, 'one', { keepMs: 0 });
  await expect
    .poll(() => readdir(join(home, 'a/sessions')), { timeout: 20_000 })
    .toEqual(['session-b', 'session-b.epoch']);
  expect([table, await kept()]).toEqual([[], []]);
});

test('a link lacks a copy until one was kept of it, or could not be; one that is made anew lacks it again', async () => {
  const { run, lives, blobs, folder } = aWorld();
  const session = run('a', 1);
  await session.prepare('whatsapp-web.js');
  await mkdir(join(folder('a'), 'Default/IndexedDB'), { recursive: true });
  expect(session.lacksCopy).toBe(false); // Nothing is linked yet.
  session.entered('ready');
  expect(session.lacksCopy).toBe(true);
  const { put } = blobs;
  blobs.put = async () => Promise.reject(new Error('the store'));
  await session.keep();
  expect(session.lacksCopy).toBe(false);
  blobs.put = put;

  // A runner that was killed knows no more of it than Postgres does.
  const next = run('a', 2);
  await next.prepare('whatsapp-web.js');
  next.entered('ready');
  expect(next.lacksCopy).toBe(true);
  await next.keep();
  expect(next.lacksCopy).toBe(false);
  next.entered('needs-scan');
  next.entered('ready');
  expect(next.lacksCopy).toBe(true);
  expect((await lives('a', 3, 'three')).lacksCopy).toBe(false);
  const after = run('a', 4);
  await after.prepare('whatsapp-web.js');
  after.entered('ready');
  expect(after.lacksCopy).toBe(false);
  const keyless = run('b', 5, { keys: [] });
  await keyless.prepare('whatsapp-web.js');
  keyless.entered('ready');
  expect(keyless.lacksCopy).toBe(false);
});

test('a broken copy is void, and the one before it is used', async () => {
  const { lives, finds, blobs, table } = aWorld();
  await lives('a', 1, 'one');
  await lives('a', 2, 'two');
  const newest = table.find(({ runEpoch }) => runEpoch === 2);
  await blobs.put(`sessions/w/b/${newest?.id}`, Readable.from([randomBytes(3_000)]), { maxBytes: 9_999 });
  expect(await finds('b', 3)).toBe('one');
  expect(newest?.void).toBe('unreadable');
  expect(await readdir(join(home, 'b', 'sessions'))).toEqual(['aside', 'session-b', 'session-b.epoch']);
  expect(await readdir(join(home, 'b/sessions/aside'))).toEqual([]);
});

test('a copy put in another one’s place is void', async () => {
  const { lives, finds, blobs, table } = aWorld();
  await lives('a', 1, 'one');
  await lives('a', 2, 'two');
  const idOf = (epoch: number) => `sessions/w/b/${table.find(({ runEpoch }) => runEpoch === epoch)?.id}`;
  await blobs.put(idOf(2), await blobs.read(idOf(1)), { maxBytes: 99_999 });
  expect(await finds('b', 3)).toBe('one');
  expect(table.map((row) => row.void)).toContain('unreadable');
});

test('an older copy in place of one that cannot be had today is not taken for the newest', async () => {
  const { lives, finds, blobs, table, marker } = aWorld();
  await lives('a', 1, 'one');
  await lives('a', 2, 'two');
  const path = `sessions/w/b/${table.find(({ runEpoch }) => runEpoch === 2)?.id}`;
  const bytes = await buffer(await blobs.read(path));
  await blobs.remove(path);
  expect(await finds('b', 3)).toBe('one');
  expect(await marker('b')).toBeNull();
  await blobs.put(path, Readable.from([bytes]), { maxBytes: 99_999 });
  expect(await finds('b', 4)).toBe('two');
});

test('a copy that is missing, or has another key, may be there tomorrow: it stays, and is newer until this one is linked', async () => {
  const { lives, run, finds, blobs, table, marker } = aWorld();
  await lives('a', 1, 'one');
  const other = { keys: [sessionKey(randomBytes(32).toString('hex'))] };
  expect(await finds('b', 2, other)).toBeNull();
  expect([table[0]?.void, await marker('b')]).toEqual([null, null]);
  expect(await finds('b', 3)).toBe('one');

  const path = `sessions/w/b/${table[0]?.id}`;
  const bytes = await blobs.read(path);
  await blobs.remove(path);
  expect(await finds('c', 4)).toBeNull();
  expect([table[0]?.void, await marker('c')]).toEqual([null, null]);
  const linked = run('d', 5);
  await linked.prepare('whatsapp-web.js');
  await mkdir(join(home, 'd/sessions/session-b/Default/IndexedDB'), { recursive: true });
  await writeFile(join(home, 'd/sessions/session-b', LINKED_NOTE), '');
  linked.entered('ready');
  await expect.poll(() => marker('d'), { timeout: 20_000 }).toBe('5');
  await blobs.put(path, bytes, { maxBytes: 99_999 });
  expect(await finds('c', 6)).toBe('one');
  expect(await finds('d', 7)).toBeNull();
});

test('without a key nothing is copied or restored, and the run is marked all the same', async () => {
  const { lives, finds, marker, table } = aWorld();
  await lives('a', 1, 'one', { keys: [] });
  expect([table, await marker('a')]).toEqual([[], '1']);
  await lives('a', 2, 'two');
  expect(await finds('b', 3, { keys: [] })).toBeNull();
});

test('a logout voids and removes all copies', async () => {
  const { lives, kept, table } = aWorld();
  const session = await lives('a', 1, 'one');
  session.entered('logged-out', true);
  expect([table.map((row) => row.void), (await kept()).length]).toEqual([[null], 1]);
  session.entered('logged-out');
  await expect.poll(async () => [table.length, (await kept()).length], { timeout: 20_000 }).toEqual([0, 0]);
});

test('a run that is late, or has lost the bot, begins nothing', async () => {
  const { lives, run, marker } = aWorld();
  await lives('a', 5, 'five');
  await expect(run('a', 4).prepare('whatsapp-web.js')).rejects.toMatchObject({ code: 'session.later-run' });
  await expect(run('b', 6, { held: () => false }).prepare('whatsapp-web.js')).rejects.toMatchObject({
    code: 'session.lease',
  });
  expect([await marker('a'), await marker('b')]).toEqual(['5', null]);
});

test('while a process that lives has the folder nothing is restored over it', async () => {
  const { lives, finds, folder, marker } = aWorld();
  await lives('a', 1, 'one');
  await lives('b', 2, 'two');
  const engine = spawn('sleep', ['60']);
  const holder = { host: hostname(), pid: engine.pid, stamp: processStamp(engine.pid ?? 0) };
  await writeFile(`${folder('a')}.lock`, JSON.stringify(holder));
  let found: string | null | undefined;
  const finding = finds('a', 3).then((state) => {
    found = state;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect([found, await readFile(join(folder('a'), STATE), 'utf8'), await marker('a')]).toEqual([undefined, 'one', '1']);
  engine.kill('SIGKILL');
  await finding;
  expect(found).toBe('two');
});

test('what a crash left half restored is no session and goes', async () => {
  const { lives, finds, folder } = aWorld();
  await lives('a', 1, 'one');
  await mkdir(`${folder('b')}.restoring/Default/IndexedDB`, { recursive: true });
  expect(await finds('b', 2)).toBe('one');
  expect(await readdir(join(folder('b'), 'Default'))).toEqual(['Local Storage']);
});

test('erasing removes all that names the bot and nothing of another', async () => {
  const { lives, kept } = aWorld();
  const session = await lives('a', 1, 'one');
  const names = [
    'session-b.restoring',
    'session-b.probe',
    'session-b-2',
    'session-b-2.epoch',
    'session-bb',
    'aside/b.stuck.x',
    'aside/b-2.stuck.x',
  ];
  for (const name of names) await mkdir(join(home, 'a/sessions', name), { recursive: true });
  await mkdir(join(home, 'a/pictures'), { recursive: true });
  for (const name of ['b-2026-01-01T00-00-00.000Z.png', 'b-2-2026-01-01T00-00-00.000Z.png']) {
    await writeFile(join(home, 'a/pictures', name), '');
  }
  expect((await botsOnDisk(join(home, 'a/sessions'))).sort()).toEqual(['b', 'b-2', 'bb']);
  expect(await session.exists()).toBe(true);
  await session.erase();
  expect(await readdir(join(home, 'a/sessions'))).toEqual(['aside', 'session-b-2', 'session-b-2.epoch', 'session-bb']);
  expect(await readdir(join(home, 'a/sessions/aside'))).toEqual(['b-2.stuck.x']);
  expect(await readdir(join(home, 'a/pictures'))).toEqual(['b-2-2026-01-01T00-00-00.000Z.png']);
  expect(await kept()).toEqual([]);
  await session.erase();
});
