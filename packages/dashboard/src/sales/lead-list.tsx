import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Inbox, SearchX, UserCheck, Users } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { botsQuery } from '../api/bots.ts';
import type { LeadFilter } from '../api/leads.ts';
import { retryList } from '../api/next-page.ts';
import { Empty } from '../parts/empty.tsx';
import { Failure } from '../parts/failure.tsx';
import { MoreFailed } from '../parts/more-failed.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { LeadRow, leadRowPx } from './lead-row.tsx';
import { type TabName, tabFilter } from './tabs.ts';
import { useLeads } from './use-leads.ts';

const icons = { waiting: Inbox, mine: UserCheck, all: Users } as const;

/** The leads of one tab: virtual, endless, alive. */
export function LeadList({
  tab,
  filter,
  selectedId,
  inSales = false,
  className = 'h-full',
}: {
  readonly tab: TabName;
  readonly filter: LeadFilter;
  readonly selectedId?: number | undefined;
  readonly inSales?: boolean;
  /** Its height, or the greatest it may have. */
  readonly className?: string;
}) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const list = useLeads({ ...tabFilter(tab), ...filter });
  const { leads, isError, error, hasNextPage, isFetching, fetchNextPage, mayFetch } = list;
  const bots = useQuery(botsQuery).data ?? [];
  const virtual = useVirtualizer({
    count: leads.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => leadRowPx,
    getItemKey: (index) => leads[index]?.id ?? index,
    overscan: 8,
  });
  const rows = virtual.getVirtualItems();
  const lastShown = rows.at(-1)?.index ?? -1;
  useEffect(() => {
    if (leads.length > 0 && lastShown >= leads.length - 10 && mayFetch) void fetchNextPage();
  }, [lastShown, leads.length, mayFetch, fetchNextPage]);

  const nothingYet = !list.data || (leads.length === 0 && hasNextPage);
  if (isError && nothingYet) return <Failure error={error} onRetry={() => retryList(list)} />;
  if (nothingYet) return <LeadListSkeleton />;
  if (leads.length === 0) {
    if (filter.q !== undefined || filter.status !== undefined || filter.botId !== undefined) {
      return (
        <Empty icon={SearchX} title={t('leads.noneFound')}>
          {t('leads.noneFoundWords')}
        </Empty>
      );
    }
    return (
      <Empty icon={icons[tab]} title={t(`leads.empty.${tab}`)}>
        {t(`leads.emptyWords.${tab}`)}
      </Empty>
    );
  }
  return (
    <Scroll ref={scroller} className={className} label={t(`leads.tab.${tab}`)}>
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {rows.map((row) => {
          const lead = leads[row.index];
          if (!lead) return null;
          return (
            <li
              key={row.key}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${row.start}px)` }}
              aria-setsize={hasNextPage ? -1 : leads.length}
              aria-posinset={row.index + 1}
            >
              <LeadRow
                lead={lead}
                inSales={inSales}
                selected={lead.id === selectedId}
                botName={bots.length > 1 ? lead.botName : null}
              />
            </li>
          );
        })}
      </ul>
      {hasNextPage && isError ? <MoreFailed error={error} busy={isFetching} onRetry={() => retryList(list)} /> : null}
    </Scroll>
  );
}

function LeadListSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('common.loading')}>
      {[0, 1, 2, 3, 4].map((n) => (
        <div key={n} className="flex h-[88px] gap-3 border-line border-b px-3 py-3">
          <Skeleton className="size-9 rounded-full" />
          <div className="flex flex-1 flex-col gap-2">
            <Skeleton className="w-1/3" />
            <Skeleton className="w-4/5" />
            <Skeleton className="w-1/4" />
          </div>
        </div>
      ))}
    </div>
  );
}
