import { writeSync } from 'node:fs';

export interface LineOutput {
  write(line: string): void;
}

/** How long a pipe whose reader is behind is left alone before the rest of a line is offered again. */
const FULL_PIPE_PAUSE_MS = 10;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes whole lines to a file descriptor before it returns, so that the last word before `process.exit` is not lost.
 * A line that cannot be written is dropped: when the reader is gone (EPIPE) or the disk is full there is nobody to
 * tell, and a process must never hang or die of its own log. pino's own destination tries for ever.
 */
export function lineOutput(fileDescriptor: number): LineOutput {
  return {
    write(line) {
      let rest: Uint8Array = Buffer.from(line);
      while (rest.length > 0) {
        try {
          rest = rest.subarray(writeSync(fileDescriptor, rest));
        } catch (error) {
          if (!isFullPipe(error)) return;
          Atomics.wait(sleeper, 0, 0, FULL_PIPE_PAUSE_MS);
        }
      }
    },
  };
}

/** Somebody made the pipe non-blocking, and its reader is slow. */
function isFullPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
