import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  type LeadView,
  leadDetail,
  leadPage,
  type MessageView,
  messagePage,
  messageView,
  type postMessage,
  takeoverResult,
} from '@wbm/contracts';
import type { z } from 'zod';
import { keys } from './keys.ts';
import { command, request } from './request.ts';

/** What a list of leads is narrowed to; the gateway's query without its paging. */
export interface LeadFilter {
  readonly botId?: string;
  readonly status?: LeadView['status'];
  readonly assignedTo?: 'me' | 'nobody';
  /** Only who waits for a person, longest first; all other lists begin with the newest message. */
  readonly waiting?: true;
  readonly q?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export function leadsQuery(filter: LeadFilter) {
  return infiniteQueryOptions({
    queryKey: keys.leads(filter),
    queryFn: ({ pageParam, signal }): Promise<Page<LeadView>> =>
      request(leadPage, '/api/leads', { signal, query: { ...filter, limit: 100, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

export function leadQuery(leadId: number) {
  return queryOptions({
    queryKey: keys.lead(leadId),
    queryFn: ({ signal }) => request(leadDetail, `/api/leads/${leadId}`, { signal }),
  });
}

export function messagesQuery(leadId: number) {
  return infiniteQueryOptions({
    queryKey: keys.messages(leadId),
    queryFn: ({ pageParam, signal }): Promise<Page<MessageView>> =>
      request(messagePage, `/api/leads/${leadId}/messages`, { signal, query: { limit: 100, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

export function claimLead(leadId: number) {
  return request(takeoverResult, `/api/leads/${leadId}/claim`, { method: 'POST' });
}

export function assignLead(leadId: number, to: string) {
  return request(takeoverResult, `/api/leads/${leadId}/assign`, { method: 'POST', body: { to } });
}

export function releaseLead(leadId: number): Promise<void> {
  return command(`/api/leads/${leadId}/release`);
}

export function postLeadMessage(leadId: number, message: z.input<typeof postMessage>) {
  return request(messageView, `/api/leads/${leadId}/messages`, { method: 'POST', body: message });
}
