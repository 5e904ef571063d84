// Runs the real script under Node 24 and stands between it and the terminal.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './toolchain.mjs';

/**
 * Runs `command` until it ends and leaves with its exit code, or by its signal.
 *
 * On Ctrl-C a terminal signals the whole process group *and* npm signals its child once more, so the same request
 * arrives two or three times. The child is therefore put in a group of its own and hears each request once: signals
 * that follow within a third of a second are the same one, a later signal is a person insisting.
 * The child has an IPC channel to this process. Should this process be killed, the child sees the channel close.
 */
export function handOver(command, args, { env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      detached: process.platform !== 'win32',
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    });
    let last = 0;
    const forward = (signal) => {
      const now = Date.now();
      if (now - last < 350) return;
      last = now;
      child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
    // When npm itself is killed nobody would stop us; a changed parent is the sign.
    const parent = process.ppid;
    const orphaned = setInterval(() => process.ppid !== parent && forward('SIGTERM'), 1000);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(orphaned);
      process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
      resolve();
      if (child.connected) child.disconnect();
      process.exit();
    });
  });
}
