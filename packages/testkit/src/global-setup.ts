import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@wbm/db';
import { startPostgres, startRedis } from '@wbm/embedded';
import { createLog } from '@wbm/runtime';
import type { TestProject } from 'vitest/node';
import { inDatabase, loginOf, type SharedServers } from './shared-servers.ts';

const TEMPLATE = 'wbm_template';

/** One for each project that asks: they run in one process, and one pair of servers does for all. */
interface Shared {
  readonly opened: Promise<{ readonly servers: SharedServers; readonly close: () => Promise<void> }>;
  users: number;
}
const shared = globalThis as { wbmTestServers?: Shared | undefined };

/**
 * vitest's global setup: one Postgres and one Redis for the whole run, and a migrated database that `freshDatabase`
 * clones. A server that does not start fails the run; nothing is skipped.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.wbmTestServers ??= { opened: open(), users: 0 };
  const mine = shared.wbmTestServers;
  mine.users += 1;
  const { servers, close } = await mine.opened;
  project.provide('wbm', servers);
  return async () => {
    mine.users -= 1;
    if (mine.users > 0) return;
    shared.wbmTestServers = undefined;
    await close();
  };
}

async function open() {
  const folder = await mkdtemp(join(tmpdir(), 'wbm-test-'));
  const closers: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  const teardown = async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close();
  };
  try {
    const [postgres, redis] = await Promise.all([
      startPostgres({
        dataDir: join(folder, 'postgres'),
        database: TEMPLATE,
        durable: false,
        settings: { max_connections: '500' },
      }),
      startRedis({ dir: join(folder, 'redis'), durable: false }),
    ]);
    closers.push(
      () => postgres.stop({ discard: true }),
      () => redis.stop(),
    );
    const servers: SharedServers = {
      ownerUrl: inDatabase(postgres.url, 'postgres'),
      template: TEMPLATE,
      redisUrl: redis.url,
    };
    await migrate({
      ownerUrl: postgres.url,
      appUrl: loginOf(postgres.url),
      log: createLog({ service: 'test', level: 'warn' }),
    });
    return { servers, close: teardown };
  } catch (error) {
    await teardown();
    throw error;
  }
}
