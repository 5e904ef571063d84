import { type Logger, type MetricsRegistry, newCorrelationId, withCorrelation } from '@wbm/runtime';
import type { Bells, DueBell, DueBells } from './ports.ts';
import { ringDue } from './ring-due.ts';

/** Rows of each kind one sweep rings for; the rest is still due at the next one. */
const LIMIT = 500;
/** Bells in flight at once, so that a large backlog does not look like a frozen Redis. */
const AT_ONCE = 50;

type SweepOptions = {
  readonly due: DueBells;
  readonly bells: Bells;
  readonly graceMs: number;
  readonly log: Logger;
  readonly metrics: MetricsRegistry;
};

/**
 * One sweep: rings again for whatever the rows say is overdue. Never throws: while Postgres is away it says so once, and
 * says once that it is back; when Redis does not hear, the rows stay due for the next sweep.
 */
export function createSweep({ due, bells, graceMs, log, metrics }: SweepOptions): () => Promise<void> {
  const rung = metrics.counter({
    name: 'wbm_sweep_rung_total',
    help: 'Bells the sweep rang because their rows were overdue.',
    labels: ['command'],
  });
  const seconds = metrics.histogram({
    name: 'wbm_sweep_seconds',
    help: 'How long a sweep took, by how it ended: ok, deaf (Redis did not hear), failed.',
    labels: ['outcome'],
  });
  let failing = false;

  const ring = async (bell: DueBell): Promise<boolean> => {
    // A story of its own; its handler goes back to the story of the row.
    const heard = await withCorrelation(newCorrelationId(), () => ringDue(bell, bells));
    if (heard) rung.inc({ command: bell.command });
    return heard;
  };
  const ringAll = async (overdue: readonly DueBell[]): Promise<boolean> => {
    for (let next = 0; next < overdue.length; next += AT_ONCE) {
      const heard = await Promise.all(overdue.slice(next, next + AT_ONCE).map(ring));
      if (heard.includes(false)) return false;
    }
    return true;
  };

  return async () => {
    const stopTimer = seconds.startTimer();
    try {
      const heard = await ringAll(await due.due(graceMs, LIMIT));
      stopTimer({ outcome: heard ? 'ok' : 'deaf' });
      if (failing) log.info('sweep.recovered');
      failing = false;
    } catch (err) {
      stopTimer({ outcome: 'failed' });
      if (!failing) log.warn({ err }, 'sweep.failing');
      failing = true;
    }
  };
}
