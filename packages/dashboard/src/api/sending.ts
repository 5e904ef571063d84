import { queryOptions } from '@tanstack/react-query';
import { sendingView } from '@wbm/contracts';
import { keys } from './keys.ts';
import { request } from './request.ts';

/** What a bot may send, and what became of what it was to send. Nobody tells when it changes: it is asked for again. */
export function sendingQuery(botId: string) {
  return queryOptions({
    queryKey: keys.sending(botId),
    queryFn: ({ signal }) => request(sendingView, `/api/bots/${botId}/sending`, { signal }),
    refetchInterval: 10_000,
  });
}
