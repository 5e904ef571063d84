import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { processStamp } from '@wbm/chromium';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { SessionFolder } from './session-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'wbm-sessions-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const lockOf = (botId: string) => join(root, `session-${botId}.lock`);
const at = (day: number) => new Date(Date.UTC(2026, 0, day));

test('a lock is taken from the dead, from other machines and from half a file', async () => {
  for (const [index, holder] of [
    JSON.stringify({ host: hostname(), pid: 999_999_999, stamp: '1' }),
    JSON.stringify({ host: hostname(), pid: process.pid, stamp: 'another life' }),
    JSON.stringify({ host: 'elsewhere', pid: process.pid, stamp: processStamp(process.pid) }),
    '{"host":',
  ].entries()) {
    const folder = new SessionFolder(root, `bot-${index}`);
    writeFileSync(lockOf(`bot-${index}`), holder);
    await folder.lock();
    await folder.clear();
    folder.unlock();
    expect(existsSync(lockOf(`bot-${index}`))).toBe(false);
  }
});

test('who lost its lock to another leaves that one’s alone', async () => {
  const [one, other] = [new SessionFolder(root, 'two'), new SessionFolder(root, 'two')];
  await one.lock();
  rmSync(lockOf('two'));
  await other.lock();
  one.unlock();
  expect(existsSync(lockOf('two'))).toBe(true);
  other.unlock();
  expect(readdirSync(root).filter((name) => name.startsWith('session-two'))).toEqual([]);
});

test('of many who take a dead one’s lock, one has it at a time', async () => {
  const dead = JSON.stringify({ host: hostname(), pid: 999_999_999, stamp: '1' });
  writeFileSync(lockOf('many'), dead);
  const program = `
    import { SessionFolder } from ${JSON.stringify(new URL('./session-folder.ts', import.meta.url).href)};
    import { mkdirSync, rmdirSync } from 'node:fs';
    for (let turn = 0; turn < 5; turn += 1) {
      const folder = new SessionFolder(${JSON.stringify(root)}, 'many');
      await folder.lock();
      mkdirSync(${JSON.stringify(join(root, 'alone'))}); // Fails while another has it.
      rmdirSync(${JSON.stringify(join(root, 'alone'))});
      folder.unlock();
    }`;
  const codes = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
      return (await once(child, 'exit'))[0];
    }),
  );
  expect(codes).toEqual([0, 0, 0]);
});

test('it waits for a holder that is just ending', async () => {
  const holder = spawn('sleep', ['0.3']);
  const stamp = processStamp(holder.pid ?? 0);
  writeFileSync(lockOf('ending'), JSON.stringify({ host: hostname(), pid: holder.pid, stamp }));
  const folder = new SessionFolder(root, 'ending');
  await folder.lock();
  expect(processStamp(holder.pid ?? 0)).toBeNull();
  folder.unlock();
});

test('lock files of a Chromium are removed by who has the lock only', async () => {
  const folder = new SessionFolder(root, 'single');
  mkdirSync(folder.path, { recursive: true });
  writeFileSync(join(folder.path, 'SingletonLock'), 'elsewhere-1');
  await expect(folder.clear()).rejects.toThrow('not locked');
  await folder.lock();
  await folder.clear();
  expect(readdirSync(folder.path)).toEqual([]);
  folder.unlock();
});

test.runIf(process.platform === 'linux')('a browser is left behind when nobody that lives has its folder', async () => {
  const folder = new SessionFolder(root, 'left');
  expect(folder.leftBehind()).toEqual([]);
  const browser = spawn('sh', ['-c', 'read line', 'sh', `--user-data-dir=${folder.path}`], { stdio: 'pipe' });
  onTestFinished(() => void browser.kill('SIGKILL'));
  expect(folder.leftBehind()).toEqual([browser.pid]);
  writeFileSync(lockOf('left'), JSON.stringify({ host: hostname(), pid: 999_999_999, stamp: '1' }));
  expect(folder.leftBehind()).toEqual([browser.pid]);
  // Another runner of this machine has the bot by now: the browser is its own.
  const stamp = processStamp(process.pid);
  writeFileSync(lockOf('left'), JSON.stringify({ host: hostname(), pid: process.pid, stamp }));
  expect(folder.leftBehind()).toEqual([]);
});

test('a stuck session is kept; of those that WhatsApp ended, the last', async () => {
  const folder = new SessionFolder(root, 'aside');
  expect(folder.moveAside('stuck', at(1))).toBeNull();
  for (const [why, day] of [
    ['stuck', 2],
    ['stuck', 3],
    ['logged-out', 4],
    ['logged-out', 5],
  ] as const) {
    mkdirSync(folder.path, { recursive: true });
    expect(folder.moveAside(why, at(day))).toMatch(/aside/);
  }
  await expect
    .poll(() => readdirSync(join(root, 'aside')).map((name) => name.slice(0, -14)))
    .toEqual(['aside.logged-out.2026-01-05', 'aside.stuck.2026-01-02', 'aside.stuck.2026-01-03']);
});
