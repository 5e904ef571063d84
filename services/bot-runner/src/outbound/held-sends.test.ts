import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HeldSends } from './held-sends.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const nothing = { heldNow: 0, held: [], heldForMs: null };

function some() {
  const story: string[] = [];
  const ending = new AbortController();
  const sends = new HeldSends({
    bells: { messageMoved: (_, messageId) => void story.push(`moved ${messageId}`), changed: () => story.push('bot') },
    wake: () => void story.push('wake'),
    onHeld: (count) => void story.push(`held ${count}`),
    ending: ending.signal,
  });
  return { sends, story, end: () => ending.abort() };
}

test('nothing is held: nothing is told, and nobody is woken', async () => {
  const { sends, story } = some();
  sends.note(nothing);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(story).toEqual([]);
});

test('what has to wait is counted and told once, and woken when there is room', async () => {
  const { sends, story } = some();
  sends.note({ heldNow: 3, held: [{ leadId: 1, messageId: 7 }], heldForMs: 20_000 });
  sends.note({ ...nothing, heldForMs: 19_000 });
  expect(story).toEqual(['moved 7', 'held 3', 'bot']);
  await vi.advanceTimersByTimeAsync(18_999);
  expect(story).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(1);
  expect(story.at(-1)).toBe('wake');
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(story).toHaveLength(4);
});

test('of very many a handful is told', async () => {
  const { sends, story } = some();
  const held = Array.from({ length: 800 }, (_, index) => ({ leadId: index, messageId: index }));
  sends.note({ heldNow: 800, held, heldForMs: null });
  expect(story).toHaveLength(102);
});

test('a long wait is looked at every minute, and a very short one not at once', async () => {
  const { sends, story } = some();
  sends.note({ ...nothing, heldForMs: 20 * 3_600_000 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(story).toEqual(['wake']);
  sends.note({ ...nothing, heldForMs: 0 });
  await vi.advanceTimersByTimeAsync(99);
  expect(story).toEqual(['wake']);
  await vi.advanceTimersByTimeAsync(1);
  expect(story).toEqual(['wake', 'wake']);
});

test('nobody is woken any more when there is room, or when the run has ended', async () => {
  const { sends, story, end } = some();
  sends.note({ ...nothing, heldForMs: 1_000 });
  sends.note(nothing);
  await vi.advanceTimersByTimeAsync(60_000);
  sends.note({ ...nothing, heldForMs: 1_000 });
  end();
  sends.note({ ...nothing, heldForMs: 1_000 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(story).toEqual([]);
});
