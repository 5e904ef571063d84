import type { DueMedia } from '@wbm/db';
import { createLog, Transient } from '@wbm/runtime';
import { expect, test, vi } from 'vitest';
import { CallFailed } from '../engine/pending-calls.ts';
import { MediaFetcher } from './media-fetcher.ts';

const log = createLog({ service: 'test', level: 'fatal' });

const aFile = (mediaId: string, overrides: Partial<DueMedia> = {}): DueMedia => ({
  mediaId,
  waMessageId: `wa-${mediaId}`,
  chatJid: '1@c.us',
  kind: 'image',
  mimeType: 'image/png',
  size: 5,
  tries: 0,
  ...overrides,
});

/** Files that are due, an engine that answers `answer` for each, and what became of them. */
function aFetcher(files: readonly DueMedia[], answer: (waMessageId: string) => unknown, kept: number | null = 5) {
  const due = [...files];
  const later: DueMedia[] = [];
  const marked: Record<string, unknown> = {};
  const begun: [mediaId: string, retryMs: number][] = [];
  const removed: string[] = [];
  const changed: unknown[] = [];
  const places = { open: 0 };
  const world = { ready: true, full: false, outcome: 'marked' as 'marked' | 'moved' | 'deleted' };
  const call = vi.fn(async (_name: string, args: { waMessageId: string }) => {
    const said = answer(args.waMessageId);
    if (said instanceof Error) throw said;
    return said;
  });
  const fetcher = new MediaFetcher({
    log,
    bells: { messageChanged: (...ids) => changed.push(ids) },
    process: () => (world.ready ? { call: call as never } : undefined),
    media: {
      due: async (limit) => due.slice(0, limit),
      async begin(mediaId, retryMs) {
        begun.push([mediaId, retryMs]);
        const at = due.findIndex((one) => one.mediaId === mediaId);
        const [one] = due.splice(at, 1);
        if (one) later.push({ ...one, tries: one.tries + 1 });
        return one ? 'begun' : 'settled';
      },
      async fetched(mediaId, what) {
        marked[mediaId] = what;
        if (world.outcome !== 'marked') {
          due.splice(0);
          return { outcome: world.outcome };
        }
        for (const rows of [due, later]) {
          const at = rows.findIndex((one) => one.mediaId === mediaId);
          const [one] = at < 0 ? [] : rows.splice(at, 1);
          if (one && what.outcome === 'untried') later.push({ ...one, tries: one.tries - 1 });
          if (one && what.outcome === 'later') later.push(one);
        }
        return { outcome: 'marked', leadId: 7, messageId: 8 };
      },
    },
    files: {
      async place() {
        places.open += 1;
        return {
          path: '/nowhere',
          async remove() {
            places.open -= 1;
          },
        };
      },
      async keep() {
        if (world.full) throw new Transient('blobs.unavailable', 'ENOSPC');
        return kept === null ? null : { size: kept };
      },
      lend: async () => null,
      lentAs: () => null,
      serve: async () => 'gone',
      remove: async (mediaId) => void removed.push(mediaId),
    },
  });
  const run = async () => {
    fetcher.wake();
    await fetcher.idle();
  };
  /** The time has come for all that was put off. */
  const timePasses = () => {
    due.push(...later.splice(0));
  };
  return { run, timePasses, begun, marked, removed, changed, call, places, world };
}
const stored = { outcome: 'stored', size: 5, mimeType: 'IMAGE/JPEG; x=y' };

test('all that is due is fetched, one after the other, and told to those who look at it', async () => {
  let open = 0;
  let most = 0;
  const slowly = async () => {
    open += 1;
    most = Math.max(most, open);
    await new Promise(setImmediate);
    open -= 1;
    return stored;
  };
  const { run, marked, changed, places } = aFetcher(
    ['a', 'b', 'c', 'd', 'e'].map((id) => aFile(id)),
    slowly,
  );
  await run();
  expect(Object.keys(marked)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(marked.a).toEqual({ outcome: 'stored', size: 5, mimeType: 'image/jpeg' });
  expect(most).toBe(1);
  expect(changed).toEqual(Array(5).fill([7, 8]));
  expect(places.open).toBe(0);
});

test('what says itself that it is too large is not even asked for', async () => {
  const { run, marked, call } = aFetcher([aFile('a', { size: 1_000_000_000 })], () => stored);
  await run();
  expect(marked.a).toEqual({ outcome: 'too-large' });
  expect(call).not.toHaveBeenCalled();
});

test('what lied about its size does not stay', async () => {
  const { run, marked, removed } = aFetcher([aFile('a')], () => stored, 100_000_000);
  await run();
  expect(marked.a).toEqual({ outcome: 'too-large' });
  expect(removed).toEqual(['a']);
});

test.each([
  [{ outcome: 'gone' }, 0, { outcome: 'gone' }],
  [{ outcome: 'too-large' }, 0, { outcome: 'too-large' }],
  [{ outcome: 'failed' }, 0, { outcome: 'later', retryMs: 10_000 }],
  [{ outcome: 'failed' }, 4, { outcome: 'failed' }],
  [new CallFailed('deadline'), 1, { outcome: 'later', retryMs: 40_000 }],
])('an engine that answers %o after %i failures', async (answer, tries, becomes) => {
  const { run, marked, places } = aFetcher([aFile('a', { tries })], () => answer);
  await run();
  expect(marked.a).toEqual(becomes);
  expect(places.open).toBe(0);
});

test('an engine that says it wrote a file and did not has failed', async () => {
  const { run, marked } = aFetcher([aFile('a')], () => stored, null);
  await run();
  expect(marked.a).toEqual({ outcome: 'later', retryMs: 10_000 });
});

test('a file whose fetch ends the session has cost a try before it began, and the others come first', async () => {
  const fetcher = aFetcher([aFile('a'), aFile('b')], (waMessageId) => {
    if (waMessageId === 'wa-b') return stored;
    fetcher.world.ready = false;
    return new CallFailed('gone');
  });
  await fetcher.run();
  expect(fetcher.marked).toEqual({});
  expect(fetcher.begun).toEqual([['a', 10_000]]);
  fetcher.world.ready = true;
  await fetcher.run();
  expect(fetcher.marked).toEqual({ b: expect.objectContaining({ outcome: 'stored' }) });
});

test('a file that ends session after session is given up', async () => {
  const fetcher = aFetcher([aFile('a')], () => {
    fetcher.world.ready = false;
    return new CallFailed('gone');
  });
  for (let times = 0; times < 10; times += 1) {
    fetcher.world.ready = true;
    fetcher.timePasses();
    await fetcher.run();
  }
  expect(fetcher.call).toHaveBeenCalledTimes(5);
  expect(fetcher.marked.a).toEqual({ outcome: 'failed' });
});

test.each([
  ['the store', () => undefined],
  ['the engine', () => ({ outcome: 'disk' })],
])(
  'a disk that takes nothing from %s is no fault of the file, and nothing else is fetched for nothing',
  async (_, said) => {
    const fetcher = aFetcher([aFile('a'), aFile('b')], () => (fetcher.world.full && said()) || stored);
    fetcher.world.full = true;
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const minutes: number[] = [];
      for (let minute = 0; minute <= 40; minute += 1) {
        fetcher.timePasses();
        const before = fetcher.call.mock.calls.length;
        await fetcher.run();
        if (fetcher.call.mock.calls.length > before) minutes.push(minute);
        vi.advanceTimersByTime(60_000);
      }
      expect(minutes).toEqual([0, 1, 3, 7, 15, 30]);
      expect(fetcher.marked).toMatchObject({ b: { outcome: 'untried' } });
      // As patient as with a first try.
      expect(fetcher.begun.map(([, retryMs]) => retryMs)).toEqual(minutes.map(() => 10_000));
      fetcher.world.full = false;
      vi.advanceTimersByTime(15 * 60_000);
      fetcher.timePasses();
      await fetcher.run();
      expect(fetcher.marked).toEqual({
        a: expect.objectContaining({ outcome: 'stored' }),
        b: expect.objectContaining({ outcome: 'stored' }),
      });
    } finally {
      vi.useRealTimers();
    }
  },
);

test('a file that was taken back while it was fetched does not stay; one that another run fetches does', async () => {
  const taken = aFetcher([aFile('a')], () => stored);
  taken.world.outcome = 'deleted';
  await taken.run();
  expect(taken.removed).toEqual(['a']);
  const moved = aFetcher([aFile('a')], () => stored);
  moved.world.outcome = 'moved';
  await moved.run();
  expect(moved.removed).toEqual([]);
});
