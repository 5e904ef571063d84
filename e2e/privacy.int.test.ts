import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeAfterwards } from '@wbm/testkit';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { customerOfTheDemo, playDemo } from '../scripts/demo/play.ts';
import { bootStack } from '../scripts/stack/boot-stack.ts';

/** Where in `text` something stands that must not: the needle and what is around it. */
function leaks(where: string, text: string, needles: readonly string[]): string[] {
  const lower = text.toLowerCase();
  return needles.flatMap((needle) => {
    const at = lower.indexOf(needle.toLowerCase());
    return at < 0 ? [] : [`${where}: …${text.slice(Math.max(0, at - 80), at + needle.length + 20)}…`];
  });
}

test('after the demo no log and nothing that ever went through Redis holds a text, a name or a number', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'wbm-privacy-'));
  closeAfterwards(dataDir, () => rm(dataDir, { recursive: true, force: true }));
  const stack = await bootStack({
    dataDir,
    port: 0,
    withoutDashboard: true,
    throwaway: true,
    startTimeoutMs: 150_000,
    env: { LOG_LEVEL: 'trace', ENV_FILE: 'none', AI_API_KEY: '' },
  });
  closeAfterwards('the stack', () => stack.stop());

  // Everything Redis is told, as it is told it: what is deleted later, and what is only published, is there too.
  const redis = new Redis(stack.redisUrl);
  const monitor = await redis.monitor();
  const commands: string[] = [];
  monitor.on('monitor', (_time: string, args: string[]) => commands.push(args.join(' ')));

  const said = await playDemo({ links: stack.links, tell: () => undefined });
  const { name, phone, email, place } = customerOfTheDemo;
  const needles = [...said, name, phone.slice(1), email, place, 'Ana', ...said.map((text) => text.slice(0, 24))];
  expect(said.length).toBeGreaterThan(6);
  expect(commands.length).toBeGreaterThan(50);
  monitor.disconnect();
  redis.disconnect();
  // Their last words are in the logs then; the folder goes with the stack.
  await Promise.all([...stack.services.values()].map((service) => service.stop()));

  const found = leaks('Redis', commands.join('\n'), needles);
  for (const file of await readdir(stack.logDir)) {
    const text = await readFile(join(stack.logDir, file), 'utf8');
    if (!file.startsWith('migrate')) expect(text.length, `${file} is not empty`).toBeGreaterThan(0);
    found.push(...leaks(file, text, needles));
  }
  expect(found).toEqual([]);
});
