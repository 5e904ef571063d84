import { describe, expect, test } from 'vitest';
import { isWithinHours } from './hours.ts';

const hours = (workingHoursStart: string, workingHoursEnd: string, workingHoursEnabled = true) => ({
  workingHoursEnabled,
  workingHoursStart,
  workingHoursEnd,
});

describe('working hours', () => {
  test.each([
    ['off', hours('09:00', '18:00', false), 'UTC', '2026-03-02T03:00Z', true],
    ['before the start', hours('09:00', '18:00'), 'UTC', '2026-03-02T08:59:59Z', false],
    ['at the start', hours('09:00', '18:00'), 'UTC', '2026-03-02T09:00Z', true],
    ['the last second', hours('09:00', '18:00'), 'UTC', '2026-03-02T17:59:59Z', true],
    ['at the end', hours('09:00', '18:00'), 'UTC', '2026-03-02T18:00Z', false],
    ['over midnight, evening', hours('22:00', '06:00'), 'UTC', '2026-03-02T23:00Z', true],
    ['over midnight, morning', hours('22:00', '06:00'), 'UTC', '2026-03-02T05:59Z', true],
    ['over midnight, noon', hours('22:00', '06:00'), 'UTC', '2026-03-02T12:00Z', false],
    ['start and end the same: all day', hours('09:00', '09:00'), 'UTC', '2026-03-02T03:00Z', true],
    ["the bot's zone, not ours", hours('09:00', '18:00'), 'America/Sao_Paulo', '2026-03-02T20:30Z', true],
    ["the bot's zone, closed", hours('09:00', '18:00'), 'America/Sao_Paulo', '2026-03-02T11:30Z', false],
    ['New York before its clocks change', hours('09:00', '18:00'), 'America/New_York', '2026-03-07T13:30Z', false],
    ['New York after its clocks changed', hours('09:00', '18:00'), 'America/New_York', '2026-03-08T13:30Z', true],
    ['hours that cannot be read', hours('9', '18:00'), 'UTC', '2026-03-02T03:00Z', true],
    ['a zone that does not exist', hours('09:00', '18:00'), 'Mars/Olympus', '2026-03-02T03:00Z', true],
  ])('%s', (_, given, zone, now, open) => {
    expect(isWithinHours(given, zone, new Date(now))).toBe(open);
  });
});
