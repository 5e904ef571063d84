import type { MetricsRegistry } from '@wbm/runtime';

export type BusMetrics = ReturnType<typeof busMetrics>;

/** What the bus counts, whoever uses it. Labels are contract ids. */
export function busMetrics(metrics: MetricsRegistry) {
  return {
    lost: metrics.counter({
      name: 'wbm_bells_lost_total',
      help: 'Commands, bells and news Redis did not confirm; the sweep rings again for what is due.',
      labels: ['command'],
    }),
    poison: metrics.counter({
      name: 'wbm_bus_poison_total',
      help: 'Jobs, bells and news that do not fit their contract.',
      labels: ['command'],
    }),
    handled: metrics.histogram({
      name: 'wbm_handler_seconds',
      help: 'How long handlers took, by how they ended.',
      labels: ['command', 'outcome'],
    }),
  };
}
