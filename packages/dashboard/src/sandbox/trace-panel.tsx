import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { LeadView } from '@wbm/contracts';
import { ArrowUpRight, Check } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { leadsQuery } from '../api/leads.ts';
import { useLiveEvents } from '../live/live.tsx';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { cn } from '../parts/cn.ts';
import { Scroll } from '../parts/scroll.tsx';
import { formatSeconds } from '../time/format.ts';
import type { Customer } from './customers.ts';
import { isLeadOf, type TraceLine, traceLine } from './trace.ts';

interface Heard extends TraceLine {
  readonly n: number;
  readonly at: string;
}

/** As many lines as one looks at. */
const kept = 60;

/** What came of the conversation, and what the services did, while they do it. Give it a `key` of bot and customer. */
export function TracePanel({ botId, customer }: { readonly botId: string; readonly customer: Customer }) {
  const { t, i18n } = useTranslation();
  const { data } = useInfiniteQuery(leadsQuery({ botId }));
  const isThis = (lead: LeadView) => isLeadOf(lead, botId, customer.phone);
  const lead = data?.pages.flatMap((page) => page.items).find(isThis);
  const [heard, setHeard] = useState<readonly Heard[]>([]);
  useLiveEvents((event) => {
    const line = traceLine(event, isThis, lead?.id ?? null);
    if (!line) return;
    setHeard(([...lines]) => {
      const [newest] = lines;
      // A lead is told with every message; it is a line of its own only when something more is known.
      const known = lines.find((l) => l.words === 'captured');
      if (line.words === 'captured' && known?.detail === line.detail) return lines;
      return [{ ...line, n: (newest?.n ?? 0) + 1, at: new Date().toISOString() }, ...lines].slice(0, kept);
    });
  });
  return (
    <div className="flex min-h-0 flex-col gap-3">
      <Card className="p-3">
        <h2 className="mb-2.5 font-medium text-muted text-xs">{t('trace.lead')}</h2>
        <Steps lead={lead} />
        {lead ? (
          <Button asChild className="mt-3 w-full" size="sm">
            <Link to="/leads/$leadId" params={{ leadId: lead.id }}>
              {t('trace.open')}
              <ArrowUpRight />
            </Link>
          </Button>
        ) : (
          <p className="mt-3 text-muted text-sm">{t('trace.noLead')}</p>
        )}
      </Card>
      <Card className="flex min-h-0 flex-col overflow-hidden">
        <h2 className="px-3 pt-3 pb-2 font-medium text-muted text-xs">{t('trace.title')}</h2>
        {heard.length === 0 ? <p className="px-3 pb-3 text-muted text-sm">{t('trace.nothing')}</p> : null}
        <Scroll label={t('trace.title')} className="min-h-0 px-3 pb-3 max-lg:max-h-72">
          <ol aria-live="polite">
            {heard.map((line) => (
              <li
                key={line.n}
                className="flex animate-[rise_200ms_ease-out] items-baseline gap-2.5 border-line border-t py-1.5 text-sm"
              >
                <time dateTime={line.at} className="shrink-0 text-2xs text-muted tabular-nums">
                  {formatSeconds(line.at, i18n.language)}
                </time>
                <span className="min-w-0">
                  {t(`trace.line.${line.words}`)}
                  {line.detail === null ? null : (
                    <span className="block truncate text-muted text-xs">{line.detail}</span>
                  )}
                </span>
              </li>
            ))}
          </ol>
        </Scroll>
      </Card>
    </div>
  );
}

const steps = ['capturing', 'qualified', 'assigned'] as const;

function Steps({ lead }: { readonly lead: LeadView | undefined }) {
  const { t } = useTranslation();
  const reached = {
    capturing: lead !== undefined,
    qualified: lead !== undefined && lead.qualifiedAt !== null,
    assigned: lead !== undefined && lead.assignedTo !== null,
  };
  return (
    <ol className="flex flex-col gap-1.5">
      {steps.map((step) => (
        <li key={step} className={cn('flex items-center gap-2 text-sm', reached[step] ? 'font-medium' : 'text-muted')}>
          <span
            aria-hidden
            className={cn(
              'grid size-5 place-items-center rounded-full border',
              reached[step] ? 'border-accent bg-accent text-on-accent' : 'border-line-strong',
            )}
          >
            {reached[step] ? <Check className="size-3" /> : null}
          </span>
          {t(`trace.step.${step}`)}
          <span className="sr-only">{reached[step] ? t('trace.reached') : t('trace.notReached')}</span>
        </li>
      ))}
    </ol>
  );
}
