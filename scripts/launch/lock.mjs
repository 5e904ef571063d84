// One installation at a time: `npm start` and `npm test` may be called at once on a fresh clone.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Runs `work` while holding the file `path`; waits for another holder that is alive, takes over from a dead one. */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!holderIsAlive(path)) {
        rmSync(path, { force: true });
        continue;
      }
      if (!told) console.log('› Waiting for another installation in this folder …');
      told = true;
      await wait(300);
    }
  }
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function holderIsAlive(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    // An empty file is a holder between creating and writing it.
    if (!pid) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
