import type { Bus } from '@wbm/bus';
import type { Database } from '@wbm/db';
import type { Clock, Logger } from '@wbm/runtime';

/** Everything that should have rung by now, of every workspace; ids only. */
export type DueBells = Database['sweep'];
export type DueBell = Awaited<ReturnType<DueBells['due']>>[number];

export type Bells = Pick<Bus, 'send' | 'ring' | 'tell'>;

/** What a schedule's run needs. */
export interface SchedulePorts {
  readonly workspaces: Pick<Database, 'workspace'>;
  readonly bells: Bells;
  readonly clock: Clock;
  readonly log: Logger;
}
