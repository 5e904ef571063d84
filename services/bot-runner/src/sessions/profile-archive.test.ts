import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Header, type Pack } from 'tar';
import { afterEach, expect, test, vi } from 'vitest';
import { NotAnArchive, packProfile, unpackProfile } from './profile-archive.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wbm-archive-'));
  folders.push(folder);
  return folder;
}

async function aProfile(files: Readonly<Record<string, string>>): Promise<string> {
  const profile = join(await aFolder(), 'profile');
  await mkdir(profile);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(profile, path, '..'), { recursive: true });
    await writeFile(join(profile, path), content);
  }
  return profile;
}

async function filesIn(folder: string): Promise<string[]> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  return all
    .filter((one) => !one.isDirectory())
    .map((one) => join(one.parentPath, one.name).slice(folder.length + 1))
    .sort();
}

const DB = 'Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb/000003.log';
const LOCAL = 'Default/Local Storage/leveldb/CURRENT';

test('what makes a session comes back, and nothing else goes along', async () => {
  const profile = await aProfile({
    [DB]: 'keys',
    [LOCAL]: 'current',
    'Default/Cookies': 'cookies',
    'Default/Cache/Cache_Data/f_0001': 'cache',
    'Default/Service Worker/ScriptCache/1': 'code',
    'Local State': 'machine',
    SingletonLock: 'host-1',
  });
  await symlink('/etc/hostname', join(profile, 'Default/Local Storage/leveldb/link'));
  const into = await aFolder();
  await unpackProfile((await packProfile(profile)) ?? Readable.from([]), into);
  expect(await filesIn(into)).toEqual(['Default/Cookies', DB, LOCAL]);
  expect(await readFile(join(into, DB), 'utf8')).toBe('keys');
  expect((await stat(join(into, DB))).mode & 0o077).toBe(0);
});

test('a profile without a session is none', async () => {
  expect(await packProfile(await aProfile({ 'Local State': 'x' }))).toBeNull();
  expect(await packProfile('/nowhere')).toBeNull();
});

type Entry = {
  readonly path: string;
  readonly type?: 'File' | 'SymbolicLink' | 'Link' | 'Directory' | 'CharacterDevice';
  readonly linkpath?: string;
  readonly content?: string;
};

function archive(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ path, type = 'File', linkpath, content = '' }) => {
    const body = Buffer.from(content);
    const header = new Header({ path, type, size: body.length, mode: 0o644, ...(linkpath ? { linkpath } : {}) });
    header.encode();
    return [header.block ?? Buffer.alloc(0), body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const good: Entry = { path: LOCAL, content: 'x' };

test.each<[string, Entry[]]>([
  ['a path that climbs', [{ path: 'Default/IndexedDB/../../../escaped', content: 'x' }]],
  ['a path that begins above', [{ path: '../escaped', content: 'x' }]],
  ['a path from the root', [{ path: '/tmp/wbm-archive-escaped', content: 'x' }]],
  ['a path outside of what a session is', [{ path: 'Default/Preferences', content: 'x' }]],
  ['a symbolic link', [{ path: 'Default/IndexedDB/link', type: 'SymbolicLink', linkpath: '/etc' }]],
  ['a hard link', [{ path: 'Default/IndexedDB/link', type: 'Link', linkpath: '/etc/passwd' }]],
  ['a device', [{ path: 'Default/IndexedDB/dev', type: 'CharacterDevice' }]],
  ['one good file before a bad one', [good, { path: '../escaped', content: 'x' }]],
  [
    'a link as folder of the next file',
    [
      { path: 'Default/IndexedDB', type: 'SymbolicLink', linkpath: '/tmp' },
      { path: 'Default/IndexedDB/wbm-archive-escaped', content: 'x' },
    ],
  ],
])('refuses %s', async (_, entries) => {
  const parent = await aFolder();
  const into = join(parent, 'into');
  await mkdir(into);
  await expect(unpackProfile(Readable.from([archive(entries)]), into)).rejects.toThrow(NotAnArchive);
  expect((await readdir(parent)).filter((name) => name !== 'into')).toEqual([]);
  await expect(stat('/tmp/wbm-archive-escaped')).rejects.toThrow('ENOENT');
});

test('refuses what is no archive, is cut off, is empty, or is too much', async () => {
  const whole = archive([{ path: LOCAL, content: 'x'.repeat(5_000) }]);
  for (const bytes of [
    Buffer.from('no archive at all'.repeat(100)),
    whole.subarray(0, 2_000),
    Buffer.alloc(0),
    archive([]),
  ]) {
    await expect(unpackProfile(Readable.from([bytes]), await aFolder())).rejects.toThrow(NotAnArchive);
  }
  await expect(unpackProfile(Readable.from([whole]), await aFolder(), { mostBytes: 4_999 })).rejects.toThrow(
    NotAnArchive,
  );
  const many = archive(Array.from({ length: 5 }, (_, n) => ({ path: `${LOCAL}${n}`, content: 'x' })));
  await expect(unpackProfile(Readable.from([many]), await aFolder(), { mostEntries: 4 })).rejects.toThrow(NotAnArchive);
  await unpackProfile(Readable.from([whole]), await aFolder(), { mostBytes: 5_000 });
});

test('a source that fails is not taken for a whole one', async () => {
  async function* breaking() {
    yield archive([good]).subarray(0, 700);
    throw new Error('the disk is gone');
  }
  await expect(unpackProfile(breaking(), await aFolder())).rejects.toThrow('the disk is gone');
});

test('files of two names are packed as files', async () => {
  const profile = await aProfile({ [LOCAL]: 'current' });
  await link(join(profile, LOCAL), join(profile, 'Default/Local Storage/leveldb/TWIN'));
  const bytes = await buffer(Readable.from((await packProfile(profile)) ?? []));
  const into = await aFolder();
  await unpackProfile(Readable.from([bytes]), into);
  expect(await filesIn(into)).toHaveLength(2);
});

test('a file that cannot be read while nobody asks for the next piece spoils the archive, and nothing else', async () => {
  const names = Array.from({ length: 40 }, (_, n) => `Default/IndexedDB/${n}.log`);
  const profile = await aProfile(Object.fromEntries(names.map((name) => [name, 'x'.repeat(1_000_000)])));
  const packed = (await packProfile(profile)) as Pack;
  // Seen without listening: a listener of the test would keep what nobody hears from ending the process.
  const emit = vi.spyOn(packed, 'emit');
  const pieces = packed[Symbol.asyncIterator]();
  await pieces.next();
  await rm(join(profile, 'Default/IndexedDB'), { recursive: true });
  const rest = async () => {
    for (let piece = await pieces.next(); !piece.done; piece = await pieces.next());
  };
  await expect(rest()).rejects.toThrow('ENOENT');
  // Several files were begun at once: the others fail when nobody asks any more.
  const failures = () => emit.mock.calls.filter(([event]) => event === 'error');
  await vi.waitFor(() => expect(failures().length).toBeGreaterThan(1), { timeout: 20_000 });
});
