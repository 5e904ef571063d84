import { type ChildFrame, runnerFrame } from '../frames.ts';
import { machineMs } from '../machine-clock.ts';
import { EngineHost } from './engine-host.ts';
import { engines } from './engines.ts';

/**
 * The child process of one bot. It knows an engine and the IPC channel to its runner, and ends when that closes.
 * A terminal's Ctrl-C reaches the whole process group, so signals are left to the runner.
 */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));

const host = new EngineHost({
  engines,
  nowMs: machineMs,
  send: (frame: ChildFrame) => {
    // A send that fails means the runner is gone; `disconnect` follows.
    if (process.connected) process.send?.(frame, undefined, undefined, () => undefined);
  },
  exit: (code) => process.exit(code),
});
process.on('message', (raw) => host.hear(runnerFrame.parse(raw)));
if (!process.connected) process.exit(1);
