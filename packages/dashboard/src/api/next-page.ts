interface ListState {
  readonly hasNextPage: boolean;
  readonly isFetching: boolean;
  readonly isError: boolean;
}

/**
 * Pure: whether a list may fetch its next page by itself. Not after a fetch of it failed, or it would ask without end:
 * then somebody tries again, or it is renewed.
 */
export function mayFetchNext({ hasNextPage, isFetching, isError }: ListState): boolean {
  return hasNextPage && !isFetching && !isError;
}

interface FailedList {
  readonly isFetchNextPageError: boolean;
  readonly fetchNextPage: () => unknown;
  readonly refetch: () => unknown;
}

/** Repeats what failed of a list: its next page, or all of it. */
export function retryList({ isFetchNextPageError, fetchNextPage, refetch }: FailedList): void {
  if (isFetchNextPageError) fetchNextPage();
  else refetch();
}
