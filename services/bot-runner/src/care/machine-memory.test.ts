import { expect, test } from 'vitest';
import { machineMemory } from './machine-memory.ts';

const MB = 1024 * 1024;
const meminfo = `MemTotal:       8388608 kB\nMemAvailable:   6291456 kB\n`;

test.each<[string, Record<string, string>, { limit: number; free: number | null }]>([
  ['no /proc', {}, { limit: 8_192, free: null }],
  ['a machine without groups', { '/proc/meminfo': meminfo }, { limit: 8_192, free: 6_144 }],
  [
    'a container of the newer kind: files that can be dropped are free',
    {
      '/proc/meminfo': meminfo,
      '/proc/self/cgroup': '0::/\n',
      '/sys/fs/cgroup/memory.max': `${2_048 * MB}\n`,
      '/sys/fs/cgroup/memory.current': `${1_024 * MB}\n`,
      '/sys/fs/cgroup/memory.stat': `anon 1\ninactive_file ${512 * MB}\n`,
    },
    { limit: 2_048, free: 1_536 },
  ],
  [
    'a group without a limit below one with',
    {
      '/proc/meminfo': meminfo,
      '/proc/self/cgroup': '0::/bots/runner\n',
      '/sys/fs/cgroup/bots/runner/memory.max': 'max\n',
      '/sys/fs/cgroup/bots/memory.max': `${4_096 * MB}\n`,
      '/sys/fs/cgroup/bots/memory.current': '0\n',
    },
    { limit: 4_096, free: 4_096 },
  ],
  [
    'a container of the older kind',
    {
      '/proc/meminfo': meminfo,
      '/proc/self/cgroup': '5:cpu,memory:/\n1:name=systemd:/\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': `${1_024 * MB}\n`,
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': `${1_000 * MB}\n`,
    },
    { limit: 1_024, free: 24 },
  ],
  [
    'a limit beyond the machine is none',
    {
      '/proc/meminfo': meminfo,
      '/proc/self/cgroup': '5:memory:/\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    },
    { limit: 8_192, free: 6_144 },
  ],
])('%s', (_, files, wanted) => {
  const { limit, free } = machineMemory((path) => files[path] ?? null, 8_192 * MB);
  expect({ limit: limit / MB, free: free === null ? null : free / MB }).toEqual(wanted);
});

test('this machine', () => {
  const { limit, free } = machineMemory();
  expect(limit).toBeGreaterThan(256 * MB);
  if (process.platform === 'linux') expect(free).toBeLessThan(limit);
});
