import { randomUUID } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import type { AnyCommand } from './book.ts';
import { seal } from './envelope.ts';
import type { Line } from './line.ts';
import type { Queues } from './queues.ts';

/** Failed jobs are kept to be looked at, a week or a thousand a queue, whichever is less. */
const KEEP_FAILED = { age: 7 * 24 * 3_600, count: 1_000 };

/**
 * Adds a job, or lets it melt into the one that already waits under the same deduplication id. While that one is
 * running, one more is kept to run after it: what rang during the run may be what the run did not see.
 */
export async function send(
  line: Line,
  queues: Queues,
  command: AnyCommand,
  payload: unknown,
  { delayMs = 0 }: { readonly delayMs?: number },
): Promise<boolean> {
  const envelope = seal(command.payload, payload);
  const options = jobOptions(command, command.dedupe(envelope.payload as never), delayMs);
  return line.try(command.id, () => queues.of(command).add(command.id, envelope, options));
}

export function jobOptions(command: AnyCommand, dedupeId: string, delayMs: number): JobsOptions {
  return {
    // Random: a counter starts again after FLUSHALL, and a kept failed job silently blocks its id.
    jobId: randomUUID(),
    delay: Math.max(0, Math.round(delayMs)),
    deduplication: {
      id: dedupeId,
      keepLastIfActive: true,
      ...(command.coalesce === 'postpone' ? { reschedule: true } : {}),
    },
    attempts: command.retry.attempts,
    backoff: { type: 'capped', delay: command.retry.backoffMs },
    removeOnComplete: true,
    removeOnFail: KEEP_FAILED,
  };
}
