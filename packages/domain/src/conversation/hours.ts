import { DateTime } from 'luxon';
import type { BotFeatures } from '../bot/bot.ts';

export type WorkingHours = Pick<BotFeatures, 'workingHoursEnabled' | 'workingHoursStart' | 'workingHoursEnd'>;

/**
 * Whether the bot may answer at this moment: always, while working hours are off. The start belongs to the hours, the end
 * does not; an end before the start goes over midnight, and an end equal to the start means all day. The times are read
 * from the wall clock of the zone, so a day with a change to or from summer time needs nothing special.
 * Hours or a zone that cannot be read count as open: a typing error must not silence a bot.
 */
export function isWithinHours(hours: WorkingHours, timeZone: string, now: Date): boolean {
  if (!hours.workingHoursEnabled) return true;
  const start = minuteOfDay(hours.workingHoursStart);
  const end = minuteOfDay(hours.workingHoursEnd);
  const local = DateTime.fromJSDate(now, { zone: timeZone });
  if (start === null || end === null || start === end || !local.isValid) return true;
  const minute = local.hour * 60 + local.minute;
  return start < end ? minute >= start && minute < end : minute >= start || minute < end;
}

function minuteOfDay(time: string): number | null {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes);
}
