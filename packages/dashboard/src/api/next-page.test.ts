import { InfiniteQueryObserver, QueryClient } from '@tanstack/react-query';
import { expect, it, vi } from 'vitest';
import { mayFetchNext, retryList } from './next-page.ts';

it.each([
  ['there is a next page', {}, true],
  ['there is none', { hasNextPage: false }, false],
  ['it is being fetched', { isFetching: true }, false],
  ['the last fetch failed', { isError: true }, false],
])('says whether a list may go on by itself when %s', (_when, over, may) => {
  expect(mayFetchNext({ hasNextPage: true, isFetching: false, isError: false, ...over })).toBe(may);
});

it('asks once for a page that fails, keeps what is shown, and goes on when somebody tried again', async () => {
  const answers = ['page', 'fails', 'page', 'last'];
  const fetchPage = vi.fn(async () => {
    const answer = answers.shift();
    if (answer === 'fails') throw new Error('away');
    return { nextCursor: answer === 'last' ? undefined : 'more' };
  });
  const list = new InfiniteQueryObserver(new QueryClient({ defaultOptions: { queries: { retry: false } } }), {
    queryKey: ['list'],
    queryFn: fetchPage,
    initialPageParam: undefined,
    getNextPageParam: ({ nextCursor }: { nextCursor: string | undefined }) => nextCursor,
  });
  const stop = list.subscribe((shown) => void (mayFetchNext(shown) && shown.fetchNextPage()));
  await vi.waitFor(() => expect(list.getCurrentResult().isFetchNextPageError).toBe(true));
  await new Promise(setImmediate);
  expect(fetchPage).toHaveBeenCalledTimes(2);
  expect(list.getCurrentResult().data?.pages).toHaveLength(1);
  void list.getCurrentResult().fetchNextPage();
  await vi.waitFor(() => expect(list.getCurrentResult().data?.pages).toHaveLength(3));
  stop();
});

it.each([
  ['its next page', true],
  ['all of it', false],
])('repeats what failed of a list: %s', (_what, isFetchNextPageError) => {
  const list = { isFetchNextPageError, fetchNextPage: vi.fn(), refetch: vi.fn() };
  retryList(list);
  expect(list.fetchNextPage).toHaveBeenCalledTimes(isFetchNextPageError ? 1 : 0);
  expect(list.refetch).toHaveBeenCalledTimes(isFetchNextPageError ? 0 : 1);
});
