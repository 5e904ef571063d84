import type { DueMedia } from '@wbm/db';
import { createLog } from '@wbm/runtime';
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
  const marked: Record<string, unknown> = {};
  const removed: string[] = [];
  const changed: unknown[] = [];
  const places = { open: 0 };
  const world = { ready: true, outcome: 'marked' as 'marked' | 'moved' | 'deleted' };
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
      async fetched(mediaId, what) {
        marked[mediaId] = what;
        if (world.outcome !== 'marked') {
          due.splice(0);
          return { outcome: world.outcome };
        }
        due.splice(
          due.findIndex((one) => one.mediaId === mediaId),
          1,
        );
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
      keep: async () => (kept === null ? null : { size: kept }),
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
  return { run, marked, removed, changed, call, places, world };
}
const stored = { outcome: 'stored', size: 5, mimeType: 'IMAGE/JPEG; x=y' };

test('all that is due is fetched, at most two at once, and told to those who look at it', async () => {
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
  expect(most).toBe(2);
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

test('a session that ends meanwhile says nothing about the file', async () => {
  const fetcher = aFetcher([aFile('a')], () => {
    fetcher.world.ready = false;
    return new CallFailed('gone');
  });
  await fetcher.run();
  expect(fetcher.marked).toEqual({});
});

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
