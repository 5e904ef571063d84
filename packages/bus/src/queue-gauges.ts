import type { MetricsRegistry } from '@wbm/runtime';
import type { QueueState } from './queue-state.ts';

/** Both gauges of one scrape come from one reading. */
const READING_LASTS_MS = 500;

/** Depth and age of the queues this process consumes, read from Redis at each scrape; absent while Redis is. */
export function queueGauges(metrics: MetricsRegistry, read: () => Promise<readonly QueueState[]>): void {
  let reading: { readonly at: number; readonly states: Promise<readonly QueueState[]> } | undefined;
  const states = () => {
    if (!reading || performance.now() - reading.at > READING_LASTS_MS) {
      reading = { at: performance.now(), states: read().catch(() => []) };
    }
    return reading.states;
  };
  metrics.gauge({
    name: 'wbm_queue_oldest_age_seconds',
    help: 'How long the oldest waiting job has been due.',
    labels: ['command'],
    collect: async (age) => {
      const now = await states();
      age.reset();
      for (const state of now) age.set({ command: state.command }, state.oldestAgeSeconds);
    },
  });
  metrics.gauge({
    name: 'wbm_queue_depth',
    help: 'Jobs in a queue, by state: waiting, active, delayed, failed (kept to be looked at).',
    labels: ['command', 'state'],
    collect: async (depth) => {
      const now = await states();
      depth.reset();
      for (const { command, ...state } of now) {
        for (const name of ['waiting', 'active', 'delayed', 'failed'] as const) {
          depth.set({ command, state: name }, state[name]);
        }
      }
    },
  });
}
