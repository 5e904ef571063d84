import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { goodEnvironment, startProbe } from '../test/child.ts';
import { lineOutput } from './line-output.ts';

const children: { kill(signal: 'SIGKILL'): boolean }[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

test('lines are in the file when write returns; a closed file is nobody’s trouble', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'wbm-lines-')), 'log');
  const descriptor = openSync(file, 'w');
  const output = lineOutput(descriptor);
  output.write('{"é":1}\n');
  output.write('{}\n');
  expect(readFileSync(file, 'utf8')).toBe('{"é":1}\n{}\n');
  closeSync(descriptor);
  expect(() => output.write('{}\n')).not.toThrow();
});

test('a full disk loses the line and nothing else', () => {
  const descriptor = openSync('/dev/full', 'w');
  expect(() => lineOutput(descriptor).write('{}\n')).not.toThrow();
  closeSync(descriptor);
});

test('more than a pipe holds arrives whole although the process ends right after it', async () => {
  const code = `
    const { lineOutput } = await import(${JSON.stringify(new URL('./line-output.ts', import.meta.url).href)});
    lineOutput(1).write('x'.repeat(1_000_000) + '\\n');
    process.exit(0);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let length = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
  });
  await once(child, 'close');
  expect(length).toBe(1_000_001);
});

test('a service whose log nobody reads any more works on, and still ends in order', async () => {
  const child = startProbe(goodEnvironment, { ipc: true });
  children.push(child.process);
  const { opsPort } = await child.seen('service.ready');
  child.process.stdout?.destroy();
  child.process.kill('SIGUSR2');
  expect((await fetch(`http://127.0.0.1:${opsPort}/live`)).status).toBe(200);
  child.process.disconnect();
  const [code] = await once(child.process, 'exit');
  expect(code).toBe(0);
});
