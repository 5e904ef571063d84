import { createWriteStream, existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const maxBytes = 20_000_000;

/** Appends lines to `<logDir>/<name>.log`; a file that has grown past 20 MB is set aside as `.old` first. */
export function openLogFile(logDir: string, name: string): { write(line: string): void; end(): void } {
  const file = join(logDir, `${name}.log`);
  if (existsSync(file) && statSync(file).size > maxBytes) renameSync(file, `${file}.old`);
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  return { write: (line) => void stream.write(`${line}\n`), end: () => void stream.end() };
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
