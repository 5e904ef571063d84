import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';

/** What a runner may count on, in bytes. `free`: what can still be given out; null where nobody knows. */
export interface MachineMemory {
  readonly limit: number;
  readonly free: number | null;
}

/** Reads a file of the kernel; null when there is none. */
export type ReadFile = (path: string) => string | null;

const GROUPS = '/sys/fs/cgroup';
/** A group without a limit names one that no machine has. */
const NO_LIMIT = 2 ** 50;

/** The memory of the container this runs in, or of the machine when that has no limit of its own. */
export function machineMemory(read: ReadFile = readText, total = totalmem()): MachineMemory {
  const meminfo = read('/proc/meminfo');
  const free = meminfo === null ? null : Number(/^MemAvailable:\s+(\d+) kB/m.exec(meminfo)?.[1] ?? 0) * 1024;
  const group = groupMemory(read);
  if (group === null || group.limit >= total) return { limit: total, free };
  return { limit: group.limit, free: free === null ? null : Math.min(free, Math.max(0, group.limit - group.used)) };
}

type Group = { readonly limit: number; readonly used: number };

/** The tightest limit above this process. Files that the kernel could drop from memory do not count as used. */
function groupMemory(read: ReadFile): Group | null {
  const own = read('/proc/self/cgroup') ?? '';
  const unified = /^0::(.*)$/m.exec(own)?.[1];
  const memory = /^\d+:(?:.*,)?memory(?:,.*)?:(.*)$/m.exec(own)?.[1];
  const groups = [
    ...ancestors(unified, GROUPS).map((folder) =>
      group(read, folder, 'memory.max', 'memory.current', /^inactive_file (\d+)/m),
    ),
    ...ancestors(memory, join(GROUPS, 'memory')).map((folder) =>
      group(read, folder, 'memory.limit_in_bytes', 'memory.usage_in_bytes', /^total_inactive_file (\d+)/m),
    ),
  ].filter((one) => one !== null);
  return groups.reduce<Group | null>((least, one) => (least === null || one.limit < least.limit ? one : least), null);
}

/** From the process's own group up to the root, which is all there is to see inside a container. */
function ancestors(path: string | undefined, root: string): string[] {
  if (path === undefined) return [];
  const folders: string[] = [];
  for (let one = path; one !== '/' && one !== '.'; one = dirname(one)) folders.push(join(root, one));
  return [...folders, root];
}

function group(read: ReadFile, folder: string, limitFile: string, usedFile: string, reclaimable: RegExp): Group | null {
  const limit = Number(read(join(folder, limitFile))?.trim());
  if (!Number.isFinite(limit) || limit <= 0 || limit >= NO_LIMIT) return null;
  const used = Number(read(join(folder, usedFile))?.trim() ?? 0);
  const droppable = Number(reclaimable.exec(read(join(folder, 'memory.stat')) ?? '')?.[1] ?? 0);
  return { limit, used: Math.max(0, used - droppable) };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
