import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { engines } from '@wbm/domain';
import { Bot, Plus } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { botsQuery, isWhole } from '../api/bots.ts';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Empty } from '../parts/empty.tsx';
import { Failure } from '../parts/failure.tsx';
import { Page } from '../parts/page.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { LeadList } from '../sales/lead-list.tsx';
import { LeadTabs } from '../sales/lead-tabs.tsx';
import { SearchField } from '../sales/search-field.tsx';
import { readTab, type TabName } from '../sales/tabs.ts';
import { ScriptedNote } from '../shell/scripted-note.tsx';
import { useSession } from '../shell/session.ts';
import { BotCard } from './bot-card.tsx';
import { CreateBotDialog } from './create-bot.tsx';
import { LinkDialog } from './link/link-dialog.tsx';

interface OverviewSearch {
  readonly tab?: TabName;
  readonly q?: string;
}

/** An admin's home: the bots, and the leads that came of them. */
export function Overview({
  search,
  onSearch,
}: {
  readonly search: OverviewSearch;
  readonly onSearch: (change: (previous: OverviewSearch) => OverviewSearch) => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [creates, setCreates] = useState(false);
  const [linking, setLinking] = useState<string | null>(null);
  const { mode } = useSession();
  const linked = useQuery(botsQuery).data?.find(({ id }) => id === linking);
  const tab = search.tab ?? 'waiting';
  const searchFor = useCallback(
    (q: string | undefined) => onSearch(({ q: _old, ...rest }) => (q === undefined ? rest : { ...rest, q })),
    [onSearch],
  );
  const stopLinking = useCallback(() => setLinking(null), []);
  return (
    <Page
      title={t('nav.overview')}
      action={
        <Button look="primary" onClick={() => setCreates(true)}>
          <Plus />
          {t('createBot.open')}
        </Button>
      }
    >
      <ScriptedNote className="lg:hidden" />
      <section aria-labelledby="bots">
        <h2 id="bots" className="mb-3 font-medium text-muted text-sm">
          {t('bot.all')}
        </h2>
        <Bots onCreate={() => setCreates(true)} onLink={setLinking} />
      </section>
      <section aria-labelledby="leads">
        <h2 id="leads" className="mb-3 font-medium text-muted text-sm">
          {t('leads.all')}
        </h2>
        <Card className="overflow-hidden">
          <LeadTabs
            value={tab}
            onChange={(next) => onSearch(({ tab: _old, ...rest }) => ({ ...rest, ...readTab(next) }))}
          >
            {(row, panel) => (
              <>
                <div className="flex flex-col gap-2.5 border-line border-b p-3 sm:flex-row sm:items-center sm:justify-between">
                  <div className="sm:w-80">{row}</div>
                  <div className="sm:w-64">
                    <SearchField value={search.q} onChange={searchFor} />
                  </div>
                </div>
                <div {...panel}>
                  <LeadList
                    tab={tab}
                    filter={search.q === undefined ? {} : { q: search.q }}
                    className="max-h-[min(34rem,60dvh)]"
                  />
                </div>
              </>
            )}
          </LeadTabs>
        </Card>
      </section>
      {creates ? (
        <CreateBotDialog
          engines={mode === 'embedded' ? engines : ['whatsapp-web.js']}
          onClose={() => setCreates(false)}
          onCreated={(bot) => {
            setCreates(false);
            if (bot.engine === 'sandbox') void navigate({ to: '/sandbox', search: { bot: bot.id } });
            else setLinking(bot.id);
          }}
        />
      ) : null}
      {linked && isWhole(linked) ? <LinkDialog bot={linked} onClose={stopLinking} /> : null}
    </Page>
  );
}

function Bots({ onCreate, onLink }: { readonly onCreate: () => void; readonly onLink: (botId: string) => void }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(botsQuery);
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  const grid = 'grid gap-3 sm:grid-cols-2 xl:grid-cols-3';
  if (!data) {
    return (
      <div className={grid} role="status" aria-label={t('common.loading')}>
        <Skeleton className="h-44 rounded-xl" />
        <Skeleton className="h-44 rounded-xl" />
      </div>
    );
  }
  if (data.length === 0) {
    return (
      <Card>
        <Empty
          icon={Bot}
          title={t('bot.none')}
          action={
            <Button look="primary" onClick={onCreate}>
              <Plus />
              {t('createBot.open')}
            </Button>
          }
        >
          {t('bot.noneWords')}
        </Empty>
      </Card>
    );
  }
  return (
    <div className={grid}>
      {data.map((bot) => (
        <BotCard key={bot.id} bot={bot} onLink={() => onLink(bot.id)} />
      ))}
    </div>
  );
}
