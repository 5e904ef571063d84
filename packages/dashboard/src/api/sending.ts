import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { keys } from './keys.ts';
import { request } from './request.ts';

const sendingView = z.object({
  perMinute: z.int(),
  perDay: z.int(),
  unaskedPerDay: z.int(),
  ageDays: z.number(),
  lastMinute: z.int(),
  last24h: z.int(),
  held: z.int(),
  refused24h: z.int(),
});
export type SendingView = z.output<typeof sendingView>;

/** What a bot may send, and what became of what it was to send. Nobody tells when it changes: it is asked for again. */
export function sendingQuery(botId: string) {
  return queryOptions({
    queryKey: keys.sending(botId),
    queryFn: ({ signal }) => request(sendingView, `/api/bots/${botId}/sending`, { signal }),
    refetchInterval: 10_000,
  });
}
