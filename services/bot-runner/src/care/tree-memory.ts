import { readdir, readFile } from 'node:fs/promises';

const PAGE_BYTES = 4096;

/**
 * Bytes each of these processes takes together with everything that descends from it, by process number: a browser's
 * processes are in another group than the child that started them, but below it. Shared memory counts in parts (PSS), so
 * that the sum over all bots is what they really take; what is resident would be three to five times that. The kernel takes
 * milliseconds for each, so they are read one after the other and beside the event loop, of whose few helping threads one
 * is kept busy. Null where there is no /proc; a process that has ended is left out.
 */
export async function memoryOfTrees(roots: readonly number[]): Promise<Map<number, number> | null> {
  if (process.platform !== 'linux') return null;
  const children = await childrenByParent();
  const trees = new Map<number, number>();
  for (const root of roots) {
    let bytes = 0;
    for (const pid of withDescendants(root, children)) bytes += await memoryOf(pid);
    if (bytes > 0) trees.set(root, bytes);
  }
  return trees;
}

function withDescendants(root: number, children: ReadonlyMap<number, readonly number[]>): number[] {
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

async function childrenByParent(): Promise<Map<number, number[]>> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isSafeInteger);
  const children = new Map<number, number[]>();
  await Promise.all(
    pids.map(async (pid) => {
      // After the name in brackets, which may hold anything: the state, then the parent.
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      if (stat === '' || parent <= 1) return;
      const siblings = children.get(parent);
      if (siblings) siblings.push(pid);
      else children.set(parent, [pid]);
    }),
  );
  return children;
}

/** Zero: it has ended. */
async function memoryOf(pid: number): Promise<number> {
  try {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
  } catch {
    return unsharedMemoryOf(pid);
  }
}

/** A renderer in Chromium's own sandbox shows its neighbours no more than this, which is a little less than the truth. */
async function unsharedMemoryOf(pid: number): Promise<number> {
  const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
  const [, resident = 0, shared = 0] = statm.split(' ').map(Number);
  return Math.max(0, resident - shared) * PAGE_BYTES;
}
