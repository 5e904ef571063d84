import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { processIdentity } from './process-identity.ts';

/** `fast` lets the server write what it holds and close; `kill` is a power cut. */
export type StopMode = 'fast' | 'kill';

export interface ServerCommand {
  command: string;
  args: string[];
  logFile: string;
  /** The signal by which this server shuts down in order. */
  stopSignal: NodeJS.Signals;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number;
  gid?: number;
}

export interface ServerProcess {
  pid: number;
  /** Resolves when the process is gone, whoever ended it. */
  exited: Promise<void>;
  running(): boolean;
  stop(mode: StopMode): Promise<void>;
}

/**
 * Starts a server in a process group of its own, so that Ctrl-C in the terminal does not reach it before the
 * services that use it have stopped. Beside it runs a watcher, a shell waiting on a pipe that this process holds:
 * when this process dies without stopping the server, even by `kill -9`, the pipe closes and the watcher stops it.
 */
export function startServerProcess(options: ServerCommand): ServerProcess {
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn(options.command, options.args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: options.env ?? process.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.gid ?? options.uid }),
  });
  closeSync(log);
  let running = child.pid !== undefined;
  const watcher = child.pid === undefined ? undefined : watch(child.pid, options.stopSignal);
  const exited = new Promise<void>((resolve) => {
    const gone = () => {
      running = false;
      watcher?.kill('SIGKILL');
      resolve();
    };
    child.once('exit', gone);
    child.once('error', gone);
  });
  child.unref();
  return {
    pid: child.pid ?? Number.NaN,
    exited,
    running: () => running,
    async stop(mode) {
      if (!running) return;
      // A frozen server (SIGSTOP) hears nothing but SIGKILL until it is thawed.
      if (mode === 'fast') child.kill('SIGCONT');
      child.kill(mode === 'kill' ? 'SIGKILL' : options.stopSignal);
      const impatience = setTimeout(() => child.kill('SIGKILL'), 15_000);
      child.ref();
      await exited;
      clearTimeout(impatience);
    },
  };
}

function watch(pid: number, signal: NodeJS.Signals): ChildProcess {
  const script = `read -r _; kill -CONT ${pid}; kill -${signal.slice(3)} ${pid}`;
  const watcher = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  watcher.once('error', () => undefined);
  watcher.stdin?.once('error', () => undefined);
  watcher.unref();
  const pipe: unknown = watcher.stdin;
  // The pipe must not keep this process running; it only has to close with it.
  if (typeof pipe === 'object' && pipe !== null && 'unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  return watcher;
}

/** Stops a server left behind by a process that is gone; resolves when it no longer runs. */
export async function stopLeftover(pid: number, signal: NodeJS.Signals): Promise<void> {
  const identity = processIdentity(pid);
  if (identity === undefined) return;
  const tell = (name: NodeJS.Signals) => {
    try {
      process.kill(pid, name);
    } catch {
      // It ended in the meantime.
    }
  };
  tell('SIGCONT');
  tell(signal);
  const began = performance.now();
  while (processIdentity(pid) === identity) {
    if (performance.now() - began > 10_000) tell('SIGKILL');
    await wait(50);
  }
}
