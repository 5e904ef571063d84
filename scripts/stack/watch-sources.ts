import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { type ServiceName, serviceNames } from '@wbm/runtime';

/** Packages no service imports: a change there restarts nothing. */
const bystanders = new Set(['dashboard', 'testkit', 'embedded']);

/**
 * Tells which service changed, or `all` when it was a package they share; saves within a fifth of a second are one
 * change. Not `node --watch`: its process stands between us and the service, and neither IPC nor signals pass in order.
 */
export function watchSources(root: string, changed: (what: ServiceName | 'all') => void): { close(): void } {
  const pending = new Set<ServiceName | 'all'>();
  let timer: NodeJS.Timeout | undefined;
  const note = (what: ServiceName | 'all') => {
    pending.add(what);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const all = pending.has('all');
      for (const name of all ? (['all'] as const) : pending) changed(name);
      pending.clear();
    }, 200);
  };
  const watchers = serviceNames
    .filter((name) => existsSync(join(root, 'services', name, 'src')))
    .map((name) =>
      watch(join(root, 'services', name, 'src'), { recursive: true }, (_, file) => isSource(file) && note(name)),
    );
  watchers.push(
    watch(join(root, 'packages'), { recursive: true }, (_, file) => {
      if (isSource(file) && file && !bystanders.has(file.split('/')[0] ?? '')) note('all');
    }),
  );
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

function isSource(file: string | null): boolean {
  return file !== null && /\.ts$/.test(file) && !/\.test\.ts$/.test(file) && !file.includes('node_modules');
}
