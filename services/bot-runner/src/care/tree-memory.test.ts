import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { memoryOfTrees } from './tree-memory.ts';

const MB = 1024 * 1024;
/** A process that takes so much, in a group of its own, below one that takes little. */
const hungry = `process.stdout.write('-'); globalThis.held = Buffer.alloc(Number(process.argv[1]), 1); process.stdout.write('!'); setInterval(() => {}, 1e6)`;
const parent = `const { spawn } = require('node:child_process');
const child = spawn(process.execPath, ['-e', ${JSON.stringify(hungry)}, '${100 * MB}'], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
process.on('SIGTERM', () => { child.kill('SIGKILL'); process.exit(); }); setInterval(() => {}, 1e6)`;

test('counts what descends from a process, whatever group it is in', async () => {
  if (process.platform !== 'linux') return expect(await memoryOfTrees([process.pid])).toBeNull();
  const child = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGTERM'));
  for await (const chunk of child.stdout) if (String(chunk).includes('!')) break;
  const pid = child.pid ?? 0;
  const memory = await memoryOfTrees([pid, 999_999_999]);
  expect([...(memory?.keys() ?? [])]).toEqual([pid]);
  expect(memory?.get(pid)).toBeGreaterThan(100 * MB);
  expect(memory?.get(pid)).toBeLessThan(250 * MB);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  expect((await memoryOfTrees([pid]))?.size).toBe(0);
});
