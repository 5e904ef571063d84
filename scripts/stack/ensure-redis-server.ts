import { spawnSync } from 'node:child_process';
import { findRedisServer } from '@wbm/embedded';

const ways = [
  {
    tool: 'apt-get',
    prepare: ['update', '-q'],
    // A fresh machine often still updates itself, and holds the lock meanwhile.
    install: ['-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '-q', '--no-install-recommends', 'redis-server'],
  },
  { tool: 'dnf', install: ['install', '-y', '-q', 'valkey'] },
  { tool: 'apk', install: ['add', '--no-cache', 'redis'] },
  { tool: 'brew', install: ['install', 'redis'] },
] as const;

/**
 * The path of a redis-server, installed with the system's package manager when there is none and we may: as root, by
 * sudo without a password, or by Homebrew. Throws one line saying what to do otherwise.
 */
export function ensureRedisServer(say: (line: string) => void): string {
  const present = findRedisServer();
  if (present) return present;
  const way = ways.find(({ tool }) => succeeds(tool, ['--version']));
  const advice = 'Install Redis 7 or newer (Debian: sudo apt-get install redis-server), or set REDIS_URL to one.';
  if (!way) throw new Error(`There is no redis-server here. ${advice}`);
  const prefix = privilege(way.tool);
  if (!prefix) throw new Error(`There is no redis-server here, and installing it needs root. ${advice}`);
  say(`Installing redis-server with ${way.tool} (once) …`);
  // By `env`, because sudo passes no variables on. The package's own service is not wanted: ours has its own port.
  const command = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', way.tool];
  if ('prepare' in way) runQuietly([...command, ...way.prepare]);
  const failure = runQuietly([...command, ...way.install]);
  const installed = findRedisServer();
  if (!installed) throw new Error(`${way.tool} could not install redis-server. ${advice}\n${failure}`);
  return installed;
}

function privilege(tool: string): string[] | undefined {
  if (tool === 'brew' || process.getuid?.() === 0) return [];
  return succeeds('sudo', ['-n', 'true']) ? ['sudo', '-n'] : undefined;
}

function succeeds(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function runQuietly([command = '', ...args]: string[]): string {
  const run = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return `${run.stderr ?? ''}`.trim().split('\n').slice(-3).join('\n');
}
