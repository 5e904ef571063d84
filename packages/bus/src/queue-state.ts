import type { AnyCommand } from './book.ts';
import type { Queues } from './queues.ts';

export interface QueueState {
  readonly command: string;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  /** Kept to be looked at: poison, permanent failures, and what failed too often. */
  readonly failed: number;
  /** Seconds the oldest waiting job is past its time; 0 when none waits. */
  readonly oldestAgeSeconds: number;
}

export interface FailedJob {
  readonly id: string;
  readonly cid: string | undefined;
  /** A code such as `poison`, `ai.refused` or the class of an error; never its message. */
  readonly reason: string;
  readonly attempts: number;
  readonly failedAt: Date;
}

export async function queueState(queues: Queues, command: AnyCommand, now: number): Promise<QueueState> {
  const queue = queues.of(command);
  const [counts, [oldest]] = await Promise.all([
    queue.getJobCounts('wait', 'active', 'delayed', 'failed'),
    queue.getJobs(['wait'], 0, 0, true),
  ]);
  return {
    command: command.id,
    waiting: counts.wait ?? 0,
    active: counts.active ?? 0,
    delayed: counts.delayed ?? 0,
    failed: counts.failed ?? 0,
    oldestAgeSeconds: oldest ? Math.max(0, (now - oldest.timestamp - oldest.delay) / 1_000) : 0,
  };
}

/** The newest failures of one queue first. */
export async function failedJobs(queues: Queues, command: AnyCommand, limit: number): Promise<FailedJob[]> {
  const jobs = await queues.of(command).getJobs(['failed'], 0, limit - 1, false);
  return jobs.map((job) => ({
    id: String(job.id),
    cid: typeof job.data?.cid === 'string' ? job.data.cid : undefined,
    reason: job.failedReason ?? 'unknown',
    attempts: job.attemptsMade,
    failedAt: new Date(job.finishedOn ?? 0),
  }));
}
