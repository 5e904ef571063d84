import { bell, browserEvent, queueCommand } from '@wbm/contracts';
import { createLog, MetricsRegistry } from '@wbm/runtime';
import { z } from 'zod';
import { openBus } from '../src/index.ts';

const thing = z.object({ thingId: z.int() });
const fixtures = [{ thingId: 1 }];
const base = {
  owner: 'lead-worker',
  payload: thing,
  dedupe: (p: { thingId: number }) => `thing.${p.thingId}`,
  fixtures,
} as const;

export const keep = queueCommand({
  ...base,
  id: 'thing.keep',
  coalesce: 'keep',
  retry: { attempts: 3, backoffMs: 20 },
  deadlineMs: 30_000,
});
export const postpone = queueCommand({
  ...base,
  id: 'thing.postpone',
  coalesce: 'postpone',
  retry: { attempts: 3, backoffMs: 20 },
  deadlineMs: 30_000,
});
export const hurry = queueCommand({
  ...base,
  id: 'thing.hurry',
  coalesce: 'keep',
  retry: { attempts: 3, backoffMs: 20 },
  deadlineMs: 200,
});
export const poke = bell({ id: 'thing.poke', owner: 'lead-worker', payload: thing, fixtures });
export const changed = browserEvent({
  id: 'THING',
  news: thing,
  payload: thing,
  roles: ['admin'],
  says: 'A thing changed.',
  fixtures,
});

/** A small book of the tests' own, so that deadlines and retries are short. */
export const book = {
  commands: { [keep.id]: keep, [postpone.id]: postpone, [hurry.id]: hurry },
  bells: { [poke.id]: poke },
  events: { [changed.id]: changed },
} as const;

export type Line = Record<string, unknown> & { event: string };

/** A bus with its log lines and metrics within reach. It is patient, for tests that are not about the limit of a send. */
export function aBus(redisUrl: string, prefix: string, sendLimitMs = 30_000) {
  const service = 'lead-worker';
  const lines: Line[] = [];
  const log = createLog({ service, level: 'debug', destination: { write: (line) => lines.push(JSON.parse(line)) } });
  const metrics = new MetricsRegistry(service);
  const bus = openBus({ redisUrl, prefix, service, log, metrics, book, sendLimitMs });
  const logged = (event: string) => lines.filter((line) => line.event === event);
  /** The value of the first sample of that name with all those labels. */
  const metric = async (name: string, ...labels: string[]) => {
    const samples = (await metrics.render()).text.split('\n').filter((text) => text.startsWith(`${name}{`));
    return samples
      .find((text) => labels.every((label) => text.includes(label)))
      ?.split(' ')
      .at(-1);
  };
  return { bus, lines, logged, metric, log };
}
