import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { memoryOfTrees } from '../src/care/tree-memory.ts';
import { warmEngines } from '../src/engine/warm-engines.ts';
import { cacheDir, type EngineUnderTest } from '../test/engine/an-engine.ts';
import { webWorld } from '../test/engine/web-world.ts';
import { aReadyEngine } from '../test/engine/world.ts';

/** What a session still allocates and gives back after it got ready is over by then. */
const SETTLED_MS = 13_000;
const MB = 1024 * 1024;

export interface Measured {
  /** Megabytes a bot, and what of that is the Node child's; one entry for each count. */
  readonly perBot: readonly { readonly whole: number; readonly node: number }[];
}

/**
 * Starts bots in children of their own, as a runner does, one after the other, and measures at each count: the memory of
 * the whole process tree of each (PSS), its Node child included. All of them have ended when it answers.
 */
export async function measureBots(chromiumPath: string, counts: readonly number[]): Promise<Measured> {
  // Somebody may be working on the sources meanwhile.
  await warmEngines(cacheDir);
  const world = webWorld();
  const engines: EngineUnderTest[] = [];
  const perBot: { whole: number; node: number }[] = [];
  for (const count of counts) {
    while (engines.length < count) {
      const place = await world.aPlace({ chromiumPath, botId: `bot-${engines.length}` });
      engines.push(await aReadyEngine(place));
    }
    await pause(SETTLED_MS);
    const pids = engines.map(({ child }) => child.pid ?? 0);
    const whole = [...((await memoryOfTrees(pids)) ?? [])].reduce((sum, [, bytes]) => sum + bytes, 0);
    const node = pids.reduce((sum, pid) => sum + pssOf(pid), 0);
    perBot.push({ whole: whole / count / MB, node: node / count / MB });
  }
  await Promise.all(engines.map((engine) => engine.stop()));
  return { perBot };
}

function pssOf(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) * 1024;
}
