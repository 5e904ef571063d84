import type { Bot, BotFeatures, BotStatus } from '@wbm/domain';

/** A row of `schedules`, as far as running it goes. */
export interface DueSchedule {
  readonly action: string;
  readonly scheduledAt: Date;
  readonly status: string;
  readonly executed: boolean;
}

export type RunDecision =
  | { readonly do: 'nothing' }
  /** It was moved to later than the bell thought. */
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'set'; readonly status: BotStatus; readonly outcome: 'executed' }
  /** Its moment passes without effect. */
  | { readonly do: 'skip'; readonly outcome: 'skipped' };

const wanted: Readonly<Record<string, BotStatus>> = { enable: 'enabled', disable: 'disabled' };

export function decideRun(given: {
  readonly schedule: DueSchedule;
  readonly features: BotFeatures | null;
  readonly bot: Bot | null;
  readonly now: Date;
}): RunDecision {
  const { schedule, features, bot, now } = given;
  if (schedule.executed || schedule.status !== 'pending') return { do: 'nothing' };
  const ms = schedule.scheduledAt.getTime() - now.getTime();
  if (ms > 0) return { do: 'wait', ms };
  const status = Object.hasOwn(wanted, schedule.action) ? wanted[schedule.action] : undefined;
  if (!status || !bot || bot.archivedAt || !features?.schedulingEnabled) return { do: 'skip', outcome: 'skipped' };
  return { do: 'set', status, outcome: 'executed' };
}
