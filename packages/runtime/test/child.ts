import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

type Line = Record<string, unknown> & { event?: string };

/** The probe service as a child process, with what it logged so far. */
export interface Child {
  readonly process: ChildProcess;
  readonly lines: Line[];
  readonly stderr: () => string;
  /** Resolves with the first line of that event, past or future. */
  readonly seen: (event: string) => Promise<Line>;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  readonly events: () => string[];
}

const probe = new URL('./fixtures/probe-service.ts', import.meta.url).pathname;

export function startProbe(environment: Record<string, string>, { ipc = false } = {}): Child {
  const child = spawn(process.execPath, [probe], {
    env: { PATH: process.env.PATH, ENV_FILE: 'none', ...environment },
    stdio: ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
  const lines: Line[] = [];
  const waiting: { event: string; resolve: (line: Line) => void; reject: (err: Error) => void }[] = [];
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  if (!child.stdout) throw new Error('no stdout');
  const { stdout } = child;
  const read = createInterface({ input: stdout });
  read.on('line', (text) => {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    for (const waiter of waiting) if (waiter.event === line.event) waiter.resolve(line);
  });
  // Not the child's `close`: it never comes once the parent has disconnected the IPC channel.
  const exited = Promise.all([once(child, 'exit'), once(read, 'close')]).then(([[code, signal]]) => {
    for (const waiter of waiting)
      waiter.reject(new Error(`ended before ${waiter.event}: ${JSON.stringify(lines)} ${stderr}`));
    return { code, signal };
  });
  return {
    process: child,
    lines,
    stderr: () => stderr,
    events: () => lines.map((line) => line.event ?? ''),
    exited,
    seen: (event) => {
      const past = lines.find((line) => line.event === event);
      if (past) return Promise.resolve(past);
      return new Promise((resolve, reject) => waiting.push({ event, resolve, reject }));
    },
  };
}

export const goodEnvironment = {
  APP_MODE: 'embedded',
  DATABASE_URL: 'postgres://wbm:pw@127.0.0.1:1/wbm',
  REDIS_URL: 'redis://127.0.0.1:1',
};
