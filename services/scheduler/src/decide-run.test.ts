import type { Bot, BotFeatures } from '@wbm/domain';
import { expect, test } from 'vitest';
import { decideRun } from './decide-run.ts';

const now = new Date('2026-03-02T10:00:00Z');
const schedule = { action: 'disable', scheduledAt: now, status: 'pending', executed: false };
const features = { schedulingEnabled: true } as BotFeatures;
const bot = { archivedAt: null } as Bot;
const given = { schedule, features, bot, now };

test.each([
  ['due', {}, { do: 'set', status: 'disabled', outcome: 'executed' }],
  [
    'due, to enable',
    { schedule: { ...schedule, action: 'enable' } },
    { do: 'set', status: 'enabled', outcome: 'executed' },
  ],
  ['moved to later', { schedule: { ...schedule, scheduledAt: new Date(now.getTime() + 5) } }, { do: 'wait', ms: 5 }],
  ['run before', { schedule: { ...schedule, executed: true, status: 'executed' } }, { do: 'nothing' }],
  ['cancelled', { schedule: { ...schedule, status: 'cancelled' } }, { do: 'nothing' }],
  ['of an unknown action', { schedule: { ...schedule, action: 'toString' } }, { do: 'skip', outcome: 'skipped' }],
  [
    'with scheduling off',
    { features: { schedulingEnabled: false } as BotFeatures },
    { do: 'skip', outcome: 'skipped' },
  ],
  ['of an archived bot', { bot: { archivedAt: now } as Bot }, { do: 'skip', outcome: 'skipped' }],
])('a schedule %s', (_what, difference, decision) => {
  expect(decideRun({ ...given, ...difference })).toEqual(decision);
});
