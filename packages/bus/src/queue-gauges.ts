import type { MetricsRegistry } from '@wbm/runtime';
import type { QueueState } from './queue-state.ts';

/** Depth and age of the queues this process consumes, read from Redis at each scrape; silent while Redis is. */
export function queueGauges(metrics: MetricsRegistry, read: () => Promise<readonly QueueState[]>): void {
  const age = metrics.gauge({
    name: 'wbm_queue_oldest_age_seconds',
    help: 'How long the oldest waiting job has been due.',
    labels: ['command'],
  });
  metrics.gauge({
    name: 'wbm_queue_depth',
    help: 'Jobs in a queue, by state: waiting, active, delayed, failed (kept to be looked at).',
    labels: ['command', 'state'],
    collect: async (depth) => {
      depth.reset();
      age.reset();
      for (const state of await read().catch(() => [])) {
        for (const name of ['waiting', 'active', 'delayed', 'failed'] as const) {
          depth.set({ command: state.command, state: name }, state[name]);
        }
        age.set({ command: state.command }, state.oldestAgeSeconds);
      }
    },
  });
}
