import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@wbm/runtime';
import { closeAfterwards } from './cleanup.ts';
import { type LogLine, parseLogLine } from './log-lines.ts';
import { waitFor } from './wait-for.ts';

export interface RunningService {
  readonly name: ServiceName;
  readonly pid: number;
  /** The internal port: /live, /ready, /metrics. */
  readonly opsPort: number;
  /** What else the service announced, e.g. the gateway's `port`. */
  readonly facts: Readonly<Record<string, number | string>>;
  /** Everything it printed so far, oldest first; grows while it runs. */
  readonly logs: readonly LogLine[];
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  isRunning(): boolean;
  waitForLog(event: string, matches?: (line: LogLine) => boolean, timeoutMs?: number): Promise<LogLine>;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, then waits for the end. SIGKILL after `timeoutMs`, by default longer than a service gives itself. */
  stop(timeoutMs?: number): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Stops the process in its tracks (SIGSTOP), as a frozen machine would. */
  pause(): void;
  resume(): void;
}

type StartOptions = { readonly readyWithinMs?: number };

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Runs a service as the product does, `node services/<name>/src/main.ts`, and waits until it says it is ready.
 * `env` is all the environment it gets beside PATH and defaults for tests; the developer's own .env is not read.
 *
 * @throws when it ends or stays silent before it is ready, with its last lines
 */
export async function startService(
  name: ServiceName,
  env: Readonly<Record<string, string>>,
  { readyWithinMs = 120_000 }: StartOptions = {},
): Promise<RunningService> {
  const child = spawn(process.execPath, [`services/${name}/src/main.ts`], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: process.env.TMPDIR,
      ENV_FILE: 'none',
      NODE_ENV: 'test',
      LOG_LEVEL: 'debug',
      OPS_PORT: '0',
      ...env,
    },
  });
  const { service, ready } = supervise(name, child);
  closeAfterwards(name, async () => {
    if (service.isRunning()) service.resume();
    await service.stop();
  });
  const lastLines = () => service.logs.slice(-15).map((line) => line.raw ?? JSON.stringify(line));
  await waitFor(() => ready.facts !== undefined || !service.isRunning(), {
    what: `${name} to be ready`,
    timeoutMs: readyWithinMs,
  }).catch((cause: unknown) => {
    throw new Error(`${name} did not become ready:\n${lastLines().join('\n')}`, { cause });
  });
  if (ready.facts === undefined) {
    const { code, signal } = await service.exited;
    throw new Error(`${name} ended (${signal ?? code}) before it was ready:\n${lastLines().join('\n')}`);
  }
  return service;
}

function supervise(name: ServiceName, child: ChildProcess) {
  const logs: LogLine[] = [];
  const ready: { facts: Record<string, number | string> | undefined } = { facts: undefined };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => logs.push(parseLogLine(line)));
  }
  child.on('message', (message) => {
    if (typeof message === 'object' && 'ready' in message)
      ready.facts = message.ready as Record<string, number | string>;
  });
  const exited: RunningService['exited'] = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => {
      logs.push({ raw: `could not be started: ${error.message}` });
      resolve({ code: null, signal: null });
    });
  });
  const isRunning = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const kill = (signal: NodeJS.Signals) => {
    if (isRunning()) child.kill(signal);
  };

  const service: RunningService = {
    name,
    pid: child.pid ?? Number.NaN,
    get opsPort() {
      return Number(ready.facts?.opsPort ?? 0);
    },
    get facts() {
      return ready.facts ?? {};
    },
    logs,
    exited,
    isRunning,
    kill,
    waitForLog: (event, matches = () => true, timeoutMs = 30_000) =>
      waitFor(() => logs.find((line) => line.event === event && matches(line)), {
        what: `${name} to log ${event}`,
        timeoutMs,
      }),
    async stop(timeoutMs = 30_000) {
      kill('SIGTERM');
      const timer = setTimeout(() => kill('SIGKILL'), timeoutMs);
      const end = await exited;
      clearTimeout(timer);
      return end;
    },
    pause: () => kill('SIGSTOP'),
    resume: () => kill('SIGCONT'),
  };
  return { service, ready };
}
