import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DirectoryInUse, startPostgres, startRedis } from '../src/index.ts';
import { pingRedis } from '../src/ping-redis.ts';
import { processIdentity } from '../src/process-identity.ts';

const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));
let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'wbm-embedded-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows[0];
  } finally {
    await client.end();
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(20);
}

/** Starts a server in a process of its own and kills that process; resolves with the server's pid. */
async function startedByAVictim(call: string): Promise<number> {
  const code = `import * as e from ${JSON.stringify(entry)}; const s = await e.${call}; console.log(s.pid); setInterval(() => {}, 1e6);`;
  const victim = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(victim.stdout, 'data');
  victim.kill('SIGKILL');
  await once(victim, 'exit');
  return Number(String(line));
}

describe('Postgres', () => {
  it('keeps data and port over a stop and over a power cut', async () => {
    const dataDir = join(home, 'kept');
    const first = await startPostgres({ dataDir });
    await ask(first.url, 'create table kept as select 1 as one');
    await first.stop({ mode: 'kill' });
    const second = await startPostgres({ dataDir });
    expect(second.port).toBe(first.port);
    expect(await ask(second.url, 'select one from kept')).toEqual({ one: 1 });
    await second.stop();
    await expect(second.exited).resolves.toBeUndefined();
  });

  it('refuses a second start on the same directory with one clear error, and serves on', async () => {
    const dataDir = join(home, 'twice');
    const server = await startPostgres({ dataDir });
    await expect(startPostgres({ dataDir })).rejects.toThrow(DirectoryInUse);
    expect(await ask(server.url, 'select 1 as one')).toEqual({ one: 1 });
    await server.stop();
  });

  it('gives two directories two ports, also when the second remembers the first one’s', async () => {
    const one = await startPostgres({ dataDir: join(home, 'one') });
    const other = await startPostgres({ dataDir: join(home, 'other'), port: one.port });
    expect(other.port).not.toBe(one.port);
    await Promise.all([one.stop(), other.stop()]);
  });

  it('removes its data when asked to, wherever it lies', async () => {
    const dataDir = join(home, 'discarded');
    const server = await startPostgres({ dataDir, durable: false });
    const { outside = dataDir } = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8'));
    await server.stop({ discard: true });
    expect([existsSync(dataDir), existsSync(outside)]).toEqual([false, false]);
  });

  it('does not outlive a parent that was killed, and starts again behind it', async () => {
    const dataDir = join(home, 'orphan');
    const pid = await startedByAVictim(`startPostgres({ dataDir: ${JSON.stringify(dataDir)} })`);
    const next = await startPostgres({ dataDir });
    expect(processIdentity(pid)).toBeUndefined();
    await next.stop();
  });
});

describe('Redis', () => {
  it('answers with its password only, and keeps its port over a restart', async () => {
    const dir = join(home, 'redis');
    const first = await startRedis({ dir });
    const password = new URL(first.url).password;
    await expect.poll(() => pingRedis(first.port, password), { timeout: 30_000 }).toBe(true);
    expect(await pingRedis(first.port, 'wrong')).toBe(false);
    await first.stop();
    const second = await startRedis({ dir });
    expect(second.url).toBe(first.url);
    await second.stop({ mode: 'kill' });
  });

  it('refuses a second start on the same directory', async () => {
    const dir = join(home, 'redis-twice');
    const server = await startRedis({ dir });
    await expect(startRedis({ dir })).rejects.toThrow(DirectoryInUse);
    await server.stop();
  });

  it('stops in order even when frozen', async () => {
    const dir = join(home, 'redis-frozen');
    const server = await startRedis({ dir });
    server.freeze();
    expect(await pingRedis(server.port, new URL(server.url).password)).toBe(false);
    await server.stop();
    expect(processIdentity(server.pid)).toBeUndefined();
    // One that was killed in the end says no goodbye.
    expect(readFileSync(join(dir, 'redis.log'), 'utf8')).toContain('ready to exit');
  });

  it('ends by itself when its parent was killed', async () => {
    const pid = await startedByAVictim(`startRedis({ dir: ${JSON.stringify(join(home, 'redis-orphan'))} })`);
    await until(() => processIdentity(pid) === undefined);
  });
});
