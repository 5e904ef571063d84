import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { type LeadFilter, leadsQuery } from '../api/leads.ts';
import { mayFetchNext } from '../api/next-page.ts';

/** The leads of one list, as many as were asked for. Scrolling asks for more, and so does a list that live news emptied. */
export function useLeads(filter: LeadFilter) {
  const query = useInfiniteQuery(leadsQuery(filter));
  const leads = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const { fetchNextPage } = query;
  const mayFetch = mayFetchNext(query);
  useEffect(() => {
    if (leads.length < 10 && mayFetch) void fetchNextPage();
  }, [leads.length, mayFetch, fetchNextPage]);
  return { ...query, leads, mayFetch };
}
