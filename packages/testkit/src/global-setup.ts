import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@wbm/db';
import { startPostgres, startRedis } from '@wbm/embedded';
import { createLog } from '@wbm/runtime';
import type { TestProject } from 'vitest/node';
import { inDatabase, loginOf, type SharedServers } from './shared-servers.ts';

const TEMPLATE = 'wbm_template';

/**
 * vitest's global setup: one Postgres and one Redis for the whole run, and a migrated database that `freshDatabase`
 * clones. A server that does not start fails the run; nothing is skipped.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
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
    project.provide('wbm', servers);
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}
