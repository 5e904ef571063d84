import type { Scope } from '../connection/scope.ts';

export type Schedule = {
  readonly id: number;
  readonly botId: string;
  readonly action: string;
  readonly scheduledAt: Date;
  readonly status: string;
  readonly executed: boolean;
};

export interface ScheduleStore {
  get(scheduleId: number): Promise<Schedule | null>;
  /** True for the one caller who executed it; false when it was executed or cancelled before. */
  markExecuted(scheduleId: number, at: Date, outcome: string): Promise<boolean>;
}

export function scheduleStore(scope: Scope): ScheduleStore {
  return {
    get: (scheduleId) =>
      scope.within((prisma) =>
        prisma.schedule.findUnique({
          where: { id: scheduleId },
          select: { id: true, botId: true, action: true, scheduledAt: true, status: true, executed: true },
        }),
      ),
    markExecuted: (scheduleId, at, outcome) =>
      scope.within(async (prisma) => {
        const where = { id: scheduleId, executed: false, status: 'pending' };
        const data = { executed: true, executedAt: at, status: outcome };
        return (await prisma.schedule.updateMany({ where, data })).count > 0;
      }),
  };
}
