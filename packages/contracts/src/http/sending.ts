import { z } from 'zod';
import { instant } from './page.ts';

const limit = z.int().nullable();
const count = z.int().nonnegative();

/** How much a bot may send and how much of that it has used. A limit of null means that there is none. */
export const sendingView = z.object({
  perMinute: limit.describe('Messages of any kind. Null, as for a simulated number: no limit.'),
  perDay: limit,
  unaskedPerDay: limit.describe('Of these, to people who have not written within the last 24 hours, or never.'),
  ageDays: count.describe('Whole days since the number was linked here; the limits grow with it.'),
  lastMinute: count,
  last24h: count,
  unasked24h: count,
  held: count.describe('Messages that wait for the budget; each says in `statusReason` when it goes out.'),
  heldUntil: instant.nullable().describe('When the first of them may go out; null when none is held.'),
  refused24h: count.describe('Messages that WhatsApp refused; they are not tried again.'),
});

export type SendingView = z.output<typeof sendingView>;
