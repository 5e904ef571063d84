import type { Capabilities } from '@wbm/domain';
import { createLog, Transient } from '@wbm/runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SessionCapabilities } from './capabilities.ts';

const log = createLog({ service: 'test', level: 'silent' });
const told = (name: 'media-in' | 'media-out', available: boolean) =>
  ({ event: 'capability', name, available, reason: available ? null : 'why' }) as const;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function some() {
  const written: Capabilities[] = [];
  const state = { away: false };
  const setCapabilities = async (capabilities: Capabilities) => {
    if (state.away) throw new Transient('db.unreachable', 'away');
    return written.push(capabilities) > 0;
  };
  const changed = vi.fn();
  const onBack = vi.fn();
  const capabilities = new SessionCapabilities({ rows: { setCapabilities }, bells: { changed }, log, onBack });
  return { capabilities, written, state, changed, onBack };
}

test('keeps what is told, tries what was never checked, and says when something is back', async () => {
  const { capabilities, written, changed, onBack } = some();
  expect(capabilities.can('media-in')).toBe(true);
  capabilities.told(told('media-in', false));
  capabilities.told(told('media-out', true));
  await vi.advanceTimersByTimeAsync(0);
  expect(written.at(-1)).toEqual({
    'media-in': { available: false, reason: 'why' },
    'media-out': { available: true, reason: null },
  });
  expect(changed).toHaveBeenCalled();
  expect(capabilities.can('media-in')).toBe(false);
  expect(onBack).not.toHaveBeenCalled();
  capabilities.told(told('media-in', true));
  expect(onBack.mock.calls).toEqual([['media-in']]);
});

test('a short time offline changes nothing; a new session begins with nothing known', async () => {
  const { capabilities, written } = some();
  capabilities.told(told('media-in', false));
  for (const state of ['reconnecting', 'ready', 'syncing-history'] as const) capabilities.entered(state);
  expect(capabilities.can('media-in')).toBe(false);
  capabilities.entered('logged-out');
  await vi.advanceTimersByTimeAsync(0);
  expect(written.at(-1)).toEqual({});
});

test('is written when Postgres is back, and not after the run', async () => {
  const { capabilities, written, state } = some();
  state.away = true;
  capabilities.told(told('media-in', false));
  await vi.advanceTimersByTimeAsync(3_000);
  expect(written).toEqual([]);
  state.away = false;
  await vi.advanceTimersByTimeAsync(3_000);
  expect(written).toHaveLength(1);
  capabilities.close();
  capabilities.told(told('media-out', false));
  await vi.advanceTimersByTimeAsync(3_000);
  expect(written).toHaveLength(1);
});
