import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DirectoryInUse } from '@wbm/embedded';
import { serviceNames } from '@wbm/runtime';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bootStack } from './boot-stack.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'wbm-stack-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

const within = { timeout: 60_000, interval: 50 };
const options = (name: string) => ({ dataDir: join(home, name), port: 0, withoutDashboard: true, throwaway: true });

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('boots all five services, brings a killed one back, keeps its secrets private and leaves nothing behind', async () => {
  const stack = await bootStack(options('whole'));
  expect([...stack.services.keys()].sort()).toEqual([...serviceNames].sort());
  expect((await fetch(`${stack.baseUrl}/live`)).ok).toBe(true);
  for (const file of ['secrets.json', 'running.json', 'dev-links.json']) {
    expect(statSync(join(stack.dataDir, file)).mode & 0o777).toBe(0o600);
  }
  await expect(bootStack(options('whole'))).rejects.toThrow(DirectoryInUse);

  const scheduler = stack.services.get('scheduler');
  const killed = scheduler?.pid ?? Number.NaN;
  process.kill(killed, 'SIGKILL');
  await vi.waitFor(() => expect(scheduler?.facts && scheduler.pid !== killed).toBe(true), within);

  const pids = [...stack.services.values()].map((service) => service.pid ?? 0);
  await stack.stop();
  expect(pids.filter(isRunning)).toEqual([]);
  expect(existsSync(stack.dataDir)).toBe(false);
});

it('says in one line that the port is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await vi.waitFor(() => expect(server.listening).toBe(true), within);
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(bootStack({ ...options('taken'), port })).rejects.toThrow(`Port ${port} is taken`);
  server.close();
});

it('does not outlive a launcher that was killed', async () => {
  const entry = join(import.meta.dirname, 'boot-stack.ts');
  const code = `
    const { bootStack } = await import(${JSON.stringify(entry)});
    const stack = await bootStack(${JSON.stringify(options('orphan'))});
    console.log(JSON.stringify([...stack.services.values()].map((service) => service.pid)));
    await stack.failed;`;
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pids = await new Promise<number[]>((resolve) => {
    createInterface({ input: launcher.stdout }).once('line', (line) => resolve(JSON.parse(line)));
  });
  expect(pids.filter(isRunning)).toEqual(pids);
  launcher.kill('SIGKILL');
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), within);
});
