import type { Bus } from '@wbm/bus';
import type { Database } from '@wbm/db';
import type { Clock, Logger } from '@wbm/runtime';
import type { LeadMetrics } from './lead-metrics.ts';

export type Bells = Pick<Bus, 'send' | 'ring' | 'tell'>;

/** What filing needs from outside. */
export interface Ports {
  readonly workspaces: Pick<Database, 'workspace'>;
  readonly bells: Bells;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: LeadMetrics;
}
