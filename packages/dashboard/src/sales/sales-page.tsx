import { useQuery } from '@tanstack/react-query';
import { leadStatuses } from '@wbm/domain';
import { MessagesSquare } from 'lucide-react';
import { Suspense, useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { botsQuery } from '../api/bots.ts';
import type { LeadFilter } from '../api/leads.ts';
import { LazyConversation } from '../conversation/lazy-conversation.tsx';
import { cn } from '../parts/cn.ts';
import { Empty } from '../parts/empty.tsx';
import { Select } from '../parts/input.tsx';
import { PageSkeleton } from '../shell/page-skeleton.tsx';
import { ScriptedNote } from '../shell/scripted-note.tsx';
import { useShortcuts } from '../shortcuts/use-shortcuts.ts';
import { LeadList } from './lead-list.tsx';
import { LeadTabs, useWaiting } from './lead-tabs.tsx';
import { SearchField } from './search-field.tsx';
import { readTab, type TabName, tabFilter } from './tabs.ts';
import { useLeads } from './use-leads.ts';

export interface SalesSearch {
  readonly tab?: TabName;
  readonly q?: string;
  readonly bot?: string;
  readonly status?: (typeof leadStatuses)[number];
  /** The lead whose conversation is open beside the list; on a phone instead of it. */
  readonly lead?: number;
}

export function readSalesSearch(search: Record<string, unknown>): SalesSearch {
  const status = leadStatuses.find((s) => s === search.status);
  return {
    ...readTab(search.tab),
    ...(typeof search.q === 'string' && search.q !== '' ? { q: search.q } : {}),
    ...(typeof search.bot === 'string' && search.bot !== '' ? { bot: search.bot } : {}),
    ...(status ? { status } : {}),
    ...(Number.isSafeInteger(search.lead) && Number(search.lead) > 0 ? { lead: Number(search.lead) } : {}),
  };
}

interface SalesPageProps {
  readonly search: SalesSearch;
  readonly onSearch: (change: (previous: SalesSearch) => SalesSearch, how: 'push' | 'replace') => void;
}

/** Three panes on a desk, one at a time on a phone: who waits, the conversation, what is known. */
export function SalesPage({ search, onSearch }: SalesPageProps) {
  const { t } = useTranslation();
  const tab = search.tab ?? 'waiting';
  const filter: LeadFilter = {
    ...(search.q === undefined ? {} : { q: search.q }),
    ...(search.bot === undefined ? {} : { botId: search.bot }),
    ...(search.status === undefined ? {} : { status: search.status }),
  };
  useWaitingTitle();
  useNeighbours(tab, filter, search.lead, (lead) => onSearch((previous) => ({ ...previous, lead }), 'replace'));
  const close = useCallback(() => onSearch(({ lead: _closed, ...rest }) => rest, 'push'), [onSearch]);
  const searchFor = useCallback(
    (q: string | undefined) => onSearch(({ q: _old, ...rest }) => (q === undefined ? rest : { ...rest, q }), 'replace'),
    [onSearch],
  );
  return (
    <div className="flex h-full" {...(search.lead === undefined ? {} : { 'data-immersed': '' })}>
      <div
        className={cn(
          'flex w-full flex-col border-line bg-surface md:w-80 md:shrink-0 md:border-e xl:w-92',
          search.lead !== undefined && 'max-md:hidden',
        )}
      >
        <LeadTabs
          value={tab}
          onChange={(next) => onSearch(({ tab: _old, ...rest }) => ({ ...rest, ...readTab(next) }), 'replace')}
        >
          {(row, panel) => (
            <>
              <div className="flex flex-col gap-2.5 border-line border-b p-3">
                <h1 className="sr-only">{t('nav.sales')}</h1>
                <ScriptedNote className="lg:hidden" />
                {row}
                <SearchField value={search.q} onChange={searchFor} />
                <Filters search={search} onSearch={onSearch} />
              </div>
              <div {...panel} className="min-h-0 flex-1">
                <LeadList tab={tab} filter={filter} selectedId={search.lead} inSales />
              </div>
            </>
          )}
        </LeadTabs>
      </div>
      <div className={cn('min-w-0 flex-1', search.lead === undefined && 'max-md:hidden')}>
        {search.lead === undefined ? (
          <div className="grid h-full place-items-center bg-chat">
            <Empty icon={MessagesSquare} title={t('sales.pick')}>
              {t('sales.pickWords')}
            </Empty>
          </div>
        ) : (
          <Suspense fallback={<PageSkeleton />}>
            <LazyConversation key={search.lead} leadId={search.lead} onBack={close} />
          </Suspense>
        )}
      </div>
    </div>
  );
}

function Filters({ search, onSearch }: SalesPageProps) {
  const { t } = useTranslation();
  const bots = useQuery(botsQuery).data ?? [];
  return (
    <div className="flex gap-2">
      <Select
        aria-label={t('leads.filterStatus')}
        className="min-w-0 flex-1"
        value={search.status ?? ''}
        onChange={({ target }) =>
          onSearch(({ status: _old, ...rest }) => {
            const status = leadStatuses.find((s) => s === target.value);
            return status ? { ...rest, status } : rest;
          }, 'replace')
        }
      >
        <option value="">{t('leads.anyStatus')}</option>
        {leadStatuses.map((status) => (
          <option key={status} value={status}>
            {t(`lead.status.${status}`)}
          </option>
        ))}
      </Select>
      {bots.length > 1 ? (
        <Select
          aria-label={t('leads.filterBot')}
          className="min-w-0 flex-1"
          value={search.bot ?? ''}
          onChange={({ target }) =>
            onSearch(({ bot: _old, ...rest }) => (target.value ? { ...rest, bot: target.value } : rest), 'replace')
          }
        >
          <option value="">{t('leads.anyBot')}</option>
          {bots.map((bot) => (
            <option key={bot.id} value={bot.id}>
              {bot.name}
            </option>
          ))}
        </Select>
      ) : null}
    </div>
  );
}

/** The number of people who wait, in the title of the tab: seen from another window too. */
function useWaitingTitle(): void {
  const { t } = useTranslation();
  const counts = useWaiting();
  const waiting = counts.waiting + counts.mine;
  useEffect(() => {
    document.title = waiting > 0 ? t('sales.titleWaiting', { count: waiting }) : t('app.name');
    return () => {
      document.title = t('app.name');
    };
  }, [waiting, t]);
}

/** `j` and `k` go down and up the list. */
function useNeighbours(tab: TabName, filter: LeadFilter, lead: number | undefined, open: (lead: number) => void): void {
  const { leads } = useLeads({ ...tabFilter(tab), ...filter });
  const step = (by: 1 | -1) => {
    const at = leads.findIndex((l) => l.id === lead);
    const next = leads[at === -1 ? 0 : at + by];
    if (next) open(next.id);
  };
  useShortcuts({ j: () => step(1), k: () => step(-1) });
}
