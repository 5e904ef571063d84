import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ServiceName } from '@wbm/runtime';
import { forTerminal, openLogFile } from './log-file.ts';

/** What a service says once it is ready. `port` is the gateway's. */
export interface ReadyFacts {
  opsPort: number;
  port?: number;
}

export interface ServiceProcess {
  readonly name: ServiceName;
  /** The process running now; undefined between a crash and the restart. */
  readonly pid: number | undefined;
  readonly facts: ReadyFacts | undefined;
  readonly logFile: string;
  /** Resolves when it is ready for the first time; rejects with how it ended when that is sooner. */
  readonly ready: Promise<ReadyFacts>;
  /** What it last said that is for a person's eyes. */
  lastWords(): string;
  /** SIGTERM, and a fresh process in its place, at once if it was waiting after a crash: for changed sources. */
  restart(): void;
  /** SIGTERM and no restart; SIGKILL past its own deadline. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  name: ServiceName;
  root: string;
  env: NodeJS.ProcessEnv;
  logDir: string;
  say: (line: string) => void;
}

const firstDelayMs = 500;
const longestDelayMs = 30_000;
/** A process that ran this long was healthy: the next crash is a first one again. */
const healthyAfterMs = 60_000;

/**
 * Runs one service as a child with an IPC channel, restarts it when it crashes (after half a second, then twice as
 * long each time) and keeps its log in a file. The child stops by itself when this process is gone.
 */
export function runServiceProcess({ name, root, env, logDir, say }: ServiceOptions): ServiceProcess {
  const log = openLogFile({ logDir, name, say });
  let child: ChildProcess | undefined;
  let facts: ReadyFacts | undefined;
  let stopping = false;
  let wanted = false;
  let delay = firstDelayMs;
  let retry: NodeJS.Timeout | undefined;
  let lastWords: string[] = [];
  let settled = false;
  const first = Promise.withResolvers<ReadyFacts>();

  const start = () => {
    lastWords = [];
    const began = performance.now();
    const running = spawn(process.execPath, [join('services', name, 'src', 'main.ts')], {
      cwd: root,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = running;
    for (const stream of [running.stdout, running.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', hear);
    }
    running.on('message', (message) => {
      const told = readyFacts(message);
      if (!told) return;
      if (settled) say(`${name} is back.`);
      facts = told;
      settled = true;
      first.resolve(told);
    });
    running.once('error', (error) => lastWords.push(error.message));
    running.once('close', (code, signal) => {
      child = undefined;
      facts = undefined;
      if (stopping) return;
      if (!settled) {
        settled = true;
        first.reject(new Error(`did not start (${signal ?? `exit code ${code}`})`));
        return;
      }
      if (wanted) {
        wanted = false;
        start();
        return;
      }
      if (performance.now() - began > healthyAfterMs) delay = firstDelayMs;
      say(`${name} ended (${signal ?? `exit code ${code}`}); starting it again in ${delay / 1000} s.`);
      retry = setTimeout(start, delay);
      delay = Math.min(delay * 2, longestDelayMs);
    });
  };
  const hear = (line: string) => {
    log.write(line);
    const shown = forTerminal(line);
    if (shown === undefined) return;
    lastWords = [...lastWords, shown].slice(-30);
    if (settled && !stopping) say(`${name} │ ${shown}`);
  };
  start();
  first.promise.catch(() => undefined);
  return {
    name,
    get pid() {
      return child?.pid;
    },
    get facts() {
      return facts;
    },
    logFile: log.path,
    ready: first.promise,
    lastWords: () => lastWords.join('\n'),
    restart() {
      delay = firstDelayMs;
      if (child) {
        wanted = true;
        child.kill('SIGTERM');
      } else if (settled && !stopping) {
        clearTimeout(retry);
        start();
      }
    },
    async stop() {
      stopping = true;
      clearTimeout(retry);
      const running = child;
      if (running) {
        const gone = new Promise<void>((resolve) => running.once('close', () => resolve()));
        running.kill('SIGTERM');
        const impatience = setTimeout(() => running.kill('SIGKILL'), 30_000);
        await gone;
        clearTimeout(impatience);
      }
      await log.end();
    },
  };
}

function readyFacts(message: unknown): ReadyFacts | undefined {
  if (typeof message !== 'object' || message === null || !('ready' in message)) return undefined;
  const { ready } = message;
  if (typeof ready !== 'object' || ready === null || !('opsPort' in ready)) return undefined;
  const port = 'port' in ready && typeof ready.port === 'number' ? { port: ready.port } : {};
  return { opsPort: Number(ready.opsPort), ...port };
}
