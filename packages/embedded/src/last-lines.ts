import { readFileSync } from 'node:fs';

/** The end of a server's log, for the message of a failed start. Empty when there is none. */
export function lastLines(file: string, count = 8): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '';
  }
}
