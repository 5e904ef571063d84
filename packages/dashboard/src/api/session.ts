import { queryOptions } from '@tanstack/react-query';
import { sessionView } from '@wbm/contracts';
import { keys } from './keys.ts';
import { command, request } from './request.ts';

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: ({ signal }) => request(sessionView, '/api/session', { signal }),
  staleTime: 5 * 60_000,
});

export function signOut(): Promise<void> {
  return command('/logout');
}
