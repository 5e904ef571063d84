import { QueryClient } from '@tanstack/react-query';
import { ApiProblem, isPassing } from './problem.ts';

/**
 * The socket keeps what is shown fresh, so nothing is fetched again merely because a component appeared; coming back
 * to the window asks again, in case the machine slept.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 20_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: true,
        retry: (failures, error) => failures < 3 && (isPassing(error) || !(error instanceof ApiProblem)),
        retryDelay: (failures) => Math.min(8_000, 400 * 2 ** failures) * (0.5 + Math.random() / 2),
      },
      mutations: { retry: false },
    },
  });
}
