import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { type LeadFilter, leadsQuery } from '../api/leads.ts';
import { arrange, type TabName, tabFilter } from './tabs.ts';

/** A tab that filters what the gateway sends looks at most at this many pages by itself; scrolling asks for more. */
const eagerPages = 5;

/** The leads of a tab, narrowed further, in the order they are shown. */
export function useLeads(tab: TabName, narrowed: LeadFilter = {}) {
  const query = useInfiniteQuery(leadsQuery({ ...tabFilter(tab), ...narrowed }));
  const leads = useMemo(() => arrange(tab, query.data?.pages.flatMap((page) => page.items) ?? []), [tab, query.data]);
  const pages = query.data?.pages.length ?? 0;
  const { hasNextPage, isFetching, fetchNextPage } = query;
  useEffect(() => {
    if (leads.length < 10 && pages > 0 && pages < eagerPages && hasNextPage && !isFetching) void fetchNextPage();
  }, [leads.length, pages, hasNextPage, isFetching, fetchNextPage]);
  return { ...query, leads };
}
