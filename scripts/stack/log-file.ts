import { createWriteStream, fstatSync, openSync, renameSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

const retryAfterMs = 30_000;

export interface LogFile {
  readonly path: string;
  write(line: string): void;
  /** Resolves when what was written is in the file, or cannot be. */
  end(): Promise<void>;
}

export interface LogFileOptions {
  logDir: string;
  name: string;
  /** Told once when the file cannot be written: a full disk takes the log away, and nothing else. */
  say: (line: string) => void;
  /** A file that has grown past this is set aside as `.old`, in place of the one before. */
  maxBytes?: number;
}

/** Appends lines to `<logDir>/<name>.log`. Lines that cannot be written are dropped; it is tried again later. */
export function openLogFile({ logDir, name, say, maxBytes = 20_000_000 }: LogFileOptions): LogFile {
  const path = join(logDir, `${name}.log`);
  let stream: WriteStream | undefined;
  let bytes = 0;
  let told = false;
  let notBefore = 0;
  const lose = (error: unknown) => {
    stream = undefined;
    notBefore = performance.now() + retryAfterMs;
    if (told) return;
    told = true;
    say(`${path} cannot be written, its lines are lost: ${error instanceof Error ? error.message : String(error)}`);
  };
  const open = () => {
    const fd = openSync(path, 'a', 0o600);
    bytes = fstatSync(fd).size;
    const opened = createWriteStream(path, { fd });
    opened.on('error', (error) => {
      if (stream === opened) lose(error);
    });
    stream = opened;
    return opened;
  };
  const rotate = () => {
    stream?.end();
    stream = undefined;
    renameSync(path, `${path}.old`);
  };
  return {
    path,
    write(line) {
      if (!stream && performance.now() < notBefore) return;
      try {
        let current = stream ?? open();
        if (bytes > maxBytes) {
          rotate();
          current = open();
        }
        const text = `${line}\n`;
        bytes += Buffer.byteLength(text);
        current.write(text);
      } catch (error) {
        lose(error);
      }
    },
    end() {
      const ending = stream;
      stream = undefined;
      notBefore = Number.POSITIVE_INFINITY;
      if (!ending || ending.destroyed) return Promise.resolve();
      return new Promise((resolve) => {
        ending.once('close', () => resolve());
        ending.end();
      });
    },
  };
}

/** A log line for the terminal if somebody should see it (warnings are for the file), otherwise undefined. */
export function forTerminal(line: string): string | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null) return line;
    const level = 'level' in entry ? String(entry.level) : '';
    if (level !== 'error' && level !== 'fatal') return undefined;
    const event = 'event' in entry ? String(entry.event) : 'error';
    const error = 'err' in entry && typeof entry.err === 'object' && entry.err !== null ? entry.err : {};
    return 'message' in error ? `${event}: ${String(error.message)}` : event;
  } catch {
    return line;
  }
}
