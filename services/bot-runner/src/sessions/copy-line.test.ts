import { expect, test } from 'vitest';
import { CopyLine } from './copy-line.ts';

const signal = new AbortController().signal;

test('so many at a time, and of those who wait the pressing ones first', async () => {
  const line = new CopyLine(2);
  const begun: string[] = [];
  const end = new Map<string, () => void>();
  const pass = (name: string, first = false) =>
    line.pass(
      () => {
        begun.push(name);
        return new Promise<void>((resolve) => end.set(name, resolve));
      },
      { signal, first },
    );
  const all = ['a', 'b', 'c'].map((name) => pass(name));
  all.push(pass('d', true), pass('e', true));
  expect(begun).toEqual(['a', 'b']);
  for (const name of ['b', 'd', 'e', 'a', 'c']) {
    await expect.poll(() => end.has(name)).toBe(true);
    end.get(name)?.();
  }
  await Promise.all(all);
  expect(begun).toEqual(['a', 'b', 'd', 'e', 'c']);
});

test('who is aborted leaves the line, and a failure gives its place on', async () => {
  const line = new CopyLine(1);
  const { promise, reject } = Promise.withResolvers<void>();
  const failing = line.pass(() => promise, { signal });
  const late = new AbortController();
  const waiting = line.pass(async () => 'late', { signal: late.signal });
  const next = line.pass(async () => 'next', { signal });
  late.abort(new Error('too late'));
  await expect(waiting).rejects.toThrow('too late');
  reject(new Error('the disk'));
  await expect(failing).rejects.toThrow('the disk');
  expect(await next).toBe('next');
  await expect(line.pass(async () => 'never', { signal: late.signal })).rejects.toThrow('too late');
});
