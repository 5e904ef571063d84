// One installation at a time: `npm start` and `npm test` may be called at once on a fresh clone.

import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Runs `work` while holding the file `path`; waits for another holder that is alive. A lock that names no process
 * that still runs (it was killed, the number is another's by now, the file is empty) is taken over.
 */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  const mine = identityOf(process.pid) ?? `${process.pid}@?`;
  // The lock appears under its name complete or not at all, so nobody ever reads half a lock.
  const draft = `${path}.${process.pid}`;
  let told = false;
  for (;;) {
    writeFileSync(draft, mine);
    try {
      linkSync(draft, path);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }
    if (takeAwayIfStale(path)) continue;
    if (!told) console.log('› Waiting for another installation in this folder …');
    told = true;
    await wait(300);
  }
  const release = () => {
    if (read(path) === mine) rmSync(path, { force: true });
  };
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** False while the holder lives. */
function takeAwayIfStale(path) {
  const found = read(path);
  if (found === undefined) return true;
  const holder = Number(found.split('@')[0]);
  if (holder > 0 && identityOf(holder) === found) return false;
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return true; // Somebody else took it away in the meantime.
  }
  // Somebody else may have put a fresh lock there between reading and renaming: then it goes back.
  if (read(aside) !== found) renameSync(aside, path);
  else rmSync(aside, { force: true });
  return true;
}

/** A text that names one process and no later one with the same number; undefined when no such process runs. */
function identityOf(pid) {
  try {
    if (process.platform === 'linux') {
      // Behind the command's closing bracket: the first field is the state, the 20th the time of the start.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${pid}@${fields[19]}`;
    }
    if (process.platform === 'win32') return process.kill(pid, 0) ? `${pid}@?` : undefined;
    const began = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
    return `${pid}@${began.trim()}`;
  } catch {
    return undefined;
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
