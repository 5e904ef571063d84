import { setTimeout as pause } from 'node:timers/promises';
import { LockFile } from './lock-file.ts';

const LOOK_AGAIN_MS = 100;

/** Runs `work` while no other process, nor another call in this one, runs the work of the same lock file. */
export async function underLock(file: string, work: () => Promise<void>): Promise<void> {
  const lock = new LockFile(file);
  while (!lock.take()) await pause(LOOK_AGAIN_MS);
  try {
    await work();
  } finally {
    lock.release();
  }
}
