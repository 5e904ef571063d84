import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { processStamp } from '@wbm/chromium';
import { expect, onTestFinished, test } from 'vitest';
import { killGroup } from './child/whatsapp-web/kill-group.ts';
import { browsersBelow, endBrowsers } from './end-browsers.ts';

/** Starts one that leads a group of its own, as puppeteer starts a Chromium, and says its number. */
const driver = (browser: string) => `const { spawn } = require('node:child_process');
const child = spawn(process.execPath, ['-e', ${JSON.stringify(browser)}], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
console.log(child.pid); setInterval(() => {}, 1e6)`;
const WELL = `process.stdin.resume().on('end', () => process.exit())`;
const HANGS = 'setInterval(() => {}, 1e6)';

async function killedDriverOf(browser: string) {
  const child = spawn(process.execPath, ['-e', driver(browser)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(child.stdout, 'data');
  const pid = Number(said);
  onTestFinished(() => killGroup(pid));
  const below = browsersBelow(child.pid);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  return { pid, below };
}

test.runIf(process.platform === 'linux')('what hangs is killed after a while, and not before', async () => {
  const { pid, below } = await killedDriverOf(HANGS);
  expect(below.map((browser) => browser.pid)).toEqual([pid]);
  const beganMs = performance.now();
  const ending = endBrowsers(below, 400);
  expect(processStamp(pid)).not.toBeNull();
  await ending;
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(400);
  await expect.poll(() => processStamp(pid)).toBeNull();
});

test.runIf(process.platform === 'linux')('what ends by itself is left to do so', async () => {
  const { pid, below } = await killedDriverOf(WELL);
  const beganMs = performance.now();
  await endBrowsers(below, 60_000);
  expect(performance.now() - beganMs).toBeLessThan(30_000);
  expect(processStamp(pid)).toBeNull();
});

test('a number that was given out again is somebody else', async () => {
  await endBrowsers([{ pid: process.pid, stamp: 'another time' }], 0);
});
