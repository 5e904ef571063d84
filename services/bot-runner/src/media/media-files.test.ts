import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBlobs } from '@wbm/blobs';
import { createLog } from '@wbm/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTransit } from './media-files.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'wbm-transit-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

function aTransit() {
  const dir = join(root, 'transit');
  const transit = openTransit({ blobs: openBlobs({ dir: join(root, 'blobs') }), dir });
  return { transit, dir, files: transit.filesOf('workspace') };
}

test('what an engine wrote is kept; lent out it is a copy, known by its path until it is given back', async () => {
  const { files, dir } = aTransit();
  const place = await files.place();
  expect(await files.keep('one', place)).toBeNull();
  await writeFile(place.path, 'bytes');
  expect(await files.keep('one', place)).toEqual({ size: 5 });
  await place.remove();

  const copy = await files.lend('one');
  expect(await readFile(copy?.path ?? '', 'utf8')).toBe('bytes');
  expect(files.lentAs(copy?.path ?? '')).toBe('one');
  await copy?.remove();
  expect(files.lentAs(copy?.path ?? '')).toBeNull();
  expect(await files.lend('two')).toBeNull();
  expect(await aTransit().transit.filesOf('elsewhere').lend('one')).toBeNull();
  expect(await readdir(dir)).toEqual([]);
});

test('a simulated network writes to places that were given out, and nowhere else', async () => {
  const { files } = aTransit();
  const place = await files.place();
  await writeFile(place.path, 'bytes');
  await files.keep('one', place);
  const target = await files.place();
  expect(await files.serve('one', target.path, 4)).toBe('too-large');
  expect(await files.serve('one', target.path, 5)).toBe(5);
  expect(await readFile(target.path, 'utf8')).toBe('bytes');
  expect(await files.serve('two', target.path, 5)).toBe('gone');
  await expect(files.serve('one', join(root, 'elsewhere'), 5)).rejects.toThrow('not a place');
  await target.remove();
  await expect(files.serve('one', target.path, 5)).rejects.toThrow('not a place');
});

test('what a killed runner left is removed an hour later', async () => {
  const { transit, files, dir } = aTransit();
  const [old, young] = [await files.place(), await files.place()];
  await Promise.all([writeFile(old.path, 'x'), writeFile(young.path, 'x')]);
  const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
  await utimes(old.path, hoursAgo, hoursAgo);
  await transit.removeLeftovers(createLog({ service: 'test', level: 'fatal' }));
  const left = (await readdir(dir)).map((name) => join(dir, name));
  expect(left).toContain(young.path);
  expect(left).not.toContain(old.path);
});
