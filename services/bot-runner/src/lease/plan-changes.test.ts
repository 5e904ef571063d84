import type { HeldBot } from '@wbm/db';
import { expect, test } from 'vitest';
import { type Change, type LocalRun, planChanges } from './plan-changes.ts';

const held = (overrides: Partial<HeldBot> = {}): HeldBot => ({
  workspaceId: 'w',
  botId: 'a',
  runEpoch: 3,
  status: 'enabled',
  restartNo: 0,
  ...overrides,
});
const run = (overrides: Partial<LocalRun> = {}): LocalRun => ({
  botId: 'a',
  runEpoch: 3,
  restartNo: 0,
  leaving: false,
  ...overrides,
});
const disabled = held({ status: 'disabled' });
const later = held({ runEpoch: 4 });
const deleted = held({ status: 'erase' });

const table: [what: string, held: HeldBot[], runs: LocalRun[], changes: Change[]][] = [
  ['nothing held, nothing run', [], [], []],
  ['held and run', [held()], [run()], []],
  ['held, not run', [held()], [], [{ change: 'start', held: held() }]],
  ['run, not held', [], [run()], [{ change: 'drop', botId: 'a' }]],
  ['leaving, not held any more', [], [run({ leaving: true })], [{ change: 'drop', botId: 'a' }]],
  [
    'another run of it is held',
    [later],
    [run()],
    [
      { change: 'drop', botId: 'a' },
      { change: 'start', held: later },
    ],
  ],
  ['not wanted', [disabled], [run()], [{ change: 'stop', held: disabled }]],
  ['not wanted and not run', [disabled], [], [{ change: 'stop', held: disabled }]],
  ['not wanted, leaving already', [disabled], [run({ leaving: true })], []],
  ['wanted again while leaving', [held()], [run({ leaving: true })], []],
  ['deleted and not run', [deleted], [], [{ change: 'erase', held: deleted }]],
  ['deleted while it runs', [deleted], [run()], [{ change: 'stop', held: deleted }]],
  ['deleted, leaving already', [deleted], [run({ leaving: true })], []],
  ['being erased', [deleted], [run({ erases: true })], []],
  ['being erased, done', [deleted], [run({ erases: true, leaving: true })], []],
  ['being erased, and lost', [], [run({ erases: true })], [{ change: 'drop', botId: 'a' }]],
  ['erased, and not let go yet', [disabled], [run({ erases: true, leaving: true })], []],
  ['to be restarted', [held({ restartNo: 1 })], [run()], [{ change: 'restart', held: held({ restartNo: 1 }) }]],
];

test.each(table)('%s', (_, listed, runs, changes) => {
  expect(planChanges(listed, runs)).toEqual(changes);
});
