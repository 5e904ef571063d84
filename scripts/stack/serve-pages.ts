import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '@wbm/embedded';

export interface Pages {
  url: string;
  /** Resolves with a sentence when Vite ends although nobody asked it to. */
  failed: Promise<string>;
  stop(): void;
}

const patienceMs = 60_000;

/**
 * Vite serves the pages with hot reload and passes the API on to the gateway. Resolves when it answers; throws when it
 * ends before that or takes longer than a minute. What it complains about stands on the terminal.
 */
export async function servePages(root: string, gateway: string): Promise<Pages> {
  const folder = join(root, 'packages', 'dashboard');
  const port = await freePort(5173);
  const url = `http://localhost:${port}`;
  const child = spawn(join(folder, 'node_modules', '.bin', 'vite'), ['--port', String(port), '--strictPort'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, GATEWAY_URL: gateway, NODE_ENV: 'development' },
  });
  const stop = () => void child.kill();
  process.once('exit', stop);
  let ended = false;
  const failed = new Promise<string>((resolve) => {
    const end = (how: string) => {
      ended = true;
      resolve(`Vite ended (${how}); the pages are gone with it.`);
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
  });
  const until = performance.now() + patienceMs;
  while (!(await answers(url))) {
    if (ended) throw new Error(await failed);
    if (performance.now() > until) {
      stop();
      throw new Error(`Vite did not answer at ${url} within ${patienceMs / 1000} s.`);
    }
    await wait(100);
  }
  return { url, failed, stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return true;
  } catch {
    return false;
  }
}
