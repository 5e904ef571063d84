import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const { withLock }: { withLock<T>(path: string, work: () => Promise<T>): Promise<T> } = await import(
  new URL('./lock.mjs', import.meta.url).href
);
const home = mkdtempSync(join(tmpdir(), 'wbm-lock-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const left = {
  'an empty file': '',
  'half a file': '12',
  'a process that has long ended': '999999999@1',
  'a process whose number is another one’s by now': `${process.pid}@1`,
};

it.each(Object.entries(left))('takes over from %s', async (_, content) => {
  const path = join(home, 'stale.lock');
  writeFileSync(path, content);
  expect(await withLock(path, async () => existsSync(path))).toBe(true);
  expect(existsSync(path)).toBe(false);
});

it('waits for a holder that lives', async () => {
  const path = join(home, 'held.lock');
  const order: string[] = [];
  const finish = Promise.withResolvers<void>();
  const first = withLock(path, async () => {
    order.push('first begins');
    await finish.promise;
    order.push('first ends');
  });
  const second = withLock(path, async () => order.push('second'));
  finish.resolve();
  await Promise.all([first, second]);
  expect(order).toEqual(['first begins', 'first ends', 'second']);
});
