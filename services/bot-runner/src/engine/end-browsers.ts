import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { processStamp } from '@wbm/chromium';
import { killGroup } from './child/whatsapp-web/kill-group.ts';

const LOOK_AGAIN_MS = 50;

export interface Browser {
  readonly pid: number;
  readonly stamp: string;
}

/** What a child process started itself. To be asked while it lives: afterwards nobody knows whose they were. Linux only. */
export function browsersBelow(pid: number | undefined): Browser[] {
  if (process.platform !== 'linux' || pid === undefined) return [];
  return stamped(childrenOf(pid));
}

/** Those of these processes that run, told apart from who may have their numbers later. */
export function stamped(pids: readonly number[]): Browser[] {
  return pids.flatMap((pid) => {
    const stamp = processStamp(pid);
    return stamp === null ? [] : [{ pid, stamp }];
  });
}

/**
 * Resolves when these have ended. They do so by themselves when the process that started them is gone, with their files in
 * order; one that hangs would keep its connection and its profile, and is killed with its group after `graceMs`.
 */
export async function endBrowsers(browsers: readonly Browser[], graceMs: number): Promise<void> {
  const untilMs = performance.now() + graceMs;
  const left = () => browsers.filter(({ pid, stamp }) => processStamp(pid) === stamp);
  while (left().length > 0) {
    if (performance.now() >= untilMs) for (const { pid } of left()) killGroup(pid);
    await pause(LOOK_AGAIN_MS);
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return []; // It is gone.
  }
}
