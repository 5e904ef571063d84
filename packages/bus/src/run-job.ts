import { type Logger, Permanent, Transient, withCorrelation } from '@wbm/runtime';
import { UnrecoverableError } from 'bullmq';
import type { AnyCommand, HandlerContext, Poison } from './book.ts';
import type { BusMetrics } from './bus-metrics.ts';
import { idsOf, open } from './envelope.ts';

/** What a job looks like from here; BullMQ's own has forty members more. */
export interface RawJob {
  readonly name: string;
  readonly data: unknown;
  /** Tries already failed. */
  readonly attemptsMade: number;
}

/** A handler that does not heed its signal is given this long after the deadline, then the job goes on without it. */
const GRACE_MS = 1_000;

type Erased = {
  readonly handler: (payload: never, context: HandlerContext) => unknown;
  readonly onPoison?: (poison: Poison) => unknown;
};
type Tools = { readonly log: Logger; readonly metrics: BusMetrics };

/**
 * One try of one job: parse, correlate, run under the deadline, and sort what went wrong by who must act. What it
 * throws is for BullMQ, which stores message and stack in Redis; hence only codes and no stack.
 */
export async function runJob(command: AnyCommand, handling: Erased, job: RawJob, tools: Tools): Promise<void> {
  const { log, metrics } = tools;
  const opened = job.name === command.id ? open(command.payload, job.data) : undefined;
  if (!opened?.ok) {
    await reportPoison(
      { command: command.id, ids: opened?.ids ?? {} },
      opened?.paths ?? ['(unknown id)'],
      handling,
      tools,
    );
    throw silent(new UnrecoverableError('poison'));
  }

  const attempt = job.attemptsMade + 1;
  const stopTimer = metrics.handled.startTimer({ command: command.id });
  await withCorrelation(opened.cid, async () => {
    try {
      await underDeadline(command.deadlineMs, (signal) =>
        handling.handler(opened.payload as never, { cid: opened.cid, attempt, signal }),
      );
      const seconds = stopTimer({ outcome: 'ok' });
      log.debug({ command: command.id, attempt, ms: Math.round(seconds * 1_000) }, 'command.done');
    } catch (err) {
      const { outcome, code, failure } = sort(err);
      stopTimer({ outcome });
      const line = { ...idsOf(opened.payload), command: command.id, attempt, of: command.retry.attempts, code };
      const last = outcome === 'permanent' || attempt >= command.retry.attempts;
      if (outcome === 'bug')
        log.error(attempt === 1 ? { ...line, err } : line, last ? 'command.failed' : 'command.bug');
      else log[last ? 'error' : 'warn'](last ? { ...line, err } : line, last ? 'command.failed' : 'command.retried');
      throw failure;
    }
  });
}

async function reportPoison(poison: Poison, paths: readonly string[], handling: Erased, { log, metrics }: Tools) {
  metrics.poison.inc({ command: poison.command });
  log.error({ ...poison, paths }, 'command.poison');
  try {
    await handling.onPoison?.(poison);
  } catch (err) {
    log.error({ ...poison, err }, 'command.poison-unmarked');
  }
}

function sort(err: unknown): { outcome: 'transient' | 'permanent' | 'bug'; code: string; failure: Error } {
  if (err instanceof Permanent)
    return { outcome: 'permanent', code: err.code, failure: silent(new UnrecoverableError(err.code)) };
  if (err instanceof Transient) return { outcome: 'transient', code: err.code, failure: silent(new Error(err.code)) };
  const code = err instanceof Error ? err.name : 'not-an-error';
  return { outcome: 'bug', code, failure: silent(new Error(code)) };
}

function silent(error: Error): Error {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

async function underDeadline(ms: number, run: (signal: AbortSignal) => unknown): Promise<void> {
  const controller = new AbortController();
  const late = new Transient('bus.deadline', `the handler took longer than ${ms} ms`);
  let grace: NodeJS.Timeout | undefined;
  let deadline: NodeJS.Timeout | undefined;
  const givenUp = new Promise<never>((_resolve, reject) => {
    deadline = setTimeout(() => {
      controller.abort(late);
      grace = setTimeout(() => reject(late), GRACE_MS);
    }, ms);
  });
  try {
    const work = Promise.resolve(run(controller.signal));
    work.catch(() => undefined);
    await Promise.race([work, givenUp]);
  } catch (err) {
    // Whatever an aborted handler throws (an AbortError, as a rule) is the deadline's doing.
    throw controller.signal.aborted && !(err instanceof Permanent) ? late : err;
  } finally {
    clearTimeout(deadline);
    clearTimeout(grace);
  }
}
