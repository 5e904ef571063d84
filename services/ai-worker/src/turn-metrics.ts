import type { MetricsRegistry } from '@wbm/runtime';

/** How a turn that was taken ended. */
export type TurnOutcome = 'stored' | 'skipped' | 'superseded' | 'lost' | 'stopped' | 'failed';

const RESPONSE_BUCKETS = [0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 45];

export interface TurnMetrics {
  /** One call to the assistant: `ok`, `unusable` (not an answer, or refused by the guard), `aborted`, or a failure's code. */
  called(model: string, outcome: string, seconds: number): void;
  tokens(model: string, input: number | null, output: number | null): void;
  ended(outcome: TurnOutcome): void;
}

export function turnMetrics(metrics: MetricsRegistry): TurnMetrics {
  const response = metrics.histogram({
    name: 'wbm_ai_response_seconds',
    help: 'One call to the assistant, by how it ended.',
    labels: ['model', 'outcome'],
    buckets: RESPONSE_BUCKETS,
  });
  const tokens = metrics.counter({
    name: 'wbm_ai_tokens_total',
    help: 'Tokens as the API counted them.',
    labels: ['model', 'direction'],
  });
  const turns = metrics.counter({
    name: 'wbm_turns_total',
    help: 'Turns that were taken, by how they ended; superseded ones were given back for newer messages.',
    labels: ['outcome'],
  });
  return {
    called: (model, outcome, seconds) => response.observe({ model, outcome }, seconds),
    tokens(model, input, output) {
      if (input !== null) tokens.inc({ model, direction: 'input' }, input);
      if (output !== null) tokens.inc({ model, direction: 'output' }, output);
    },
    ended: (outcome) => turns.inc({ outcome }),
  };
}
