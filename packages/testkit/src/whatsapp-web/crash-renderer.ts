import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Kills the renderers of the browser at the other end of a loopback connection, as a lack of memory does. The browser
 * is found by its end of the connection; nothing but processes that are renderers below it is killed. Linux only.
 */
export function crashRenderersOf(peerPort: number): number {
  const owner = ownerOf(inodesOf(peerPort));
  if (owner === undefined) throw new Error('the browser behind this connection is not to be found');
  const browser = browserAbove(owner);
  const renderers = descendantsOf(browser).filter((pid) => commandLine(pid).includes('--type=renderer'));
  for (const pid of renderers) if (pid > 1) process.kill(pid, 'SIGKILL');
  if (renderers.length === 0) throw new Error('the browser has no renderer to kill');
  return renderers.length;
}

function inodesOf(port: number): Set<string> {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const columns = line.trim().split(/\s+/);
      const inode = columns[9];
      if (columns[1]?.endsWith(`:${wanted}`) && inode && inode !== '0') inodes.add(inode);
    }
  }
  return inodes;
}

function ownerOf(inodes: ReadonlySet<string>): number | undefined {
  const links = new Set([...inodes].map((inode) => `socket:[${inode}]`));
  return pids().find((pid) => openFiles(pid).some((target) => links.has(target)));
}

/** The process above that is no child of Chromium's own kind: the one without a `--type`. */
function browserAbove(pid: number): number {
  let current = pid;
  while (current > 1 && commandLine(current).some((word) => word.startsWith('--type='))) current = parentOf(current);
  if (current <= 1) throw new Error('no browser above that process');
  return current;
}

function descendantsOf(root: number): number[] {
  const children = Map.groupBy(pids(), parentOf);
  const found: number[] = [];
  for (let next = [...(children.get(root) ?? [])]; next.length > 0; ) {
    found.push(...next);
    next = next.flatMap((pid) => children.get(pid) ?? []);
  }
  return found;
}

function pids(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 1);
}

/** A process may be gone by the time it is looked at; then it has nothing. */
function orNothing<T>(look: () => T, nothing: T): T {
  try {
    return look();
  } catch {
    return nothing;
  }
}

function openFiles(pid: number): string[] {
  return orNothing(
    () => readdirSync(`/proc/${pid}/fd`).map((fd) => orNothing(() => readlinkSync(`/proc/${pid}/fd/${fd}`), '')),
    [],
  );
}

/** Chromium's children rewrite theirs, with spaces between the words. */
function commandLine(pid: number): string[] {
  return orNothing(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split(/[\0 ]/), []);
}

function parentOf(pid: number): number {
  const stat = orNothing(() => readFileSync(`/proc/${pid}/stat`, 'utf8'), '');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}
