import { Link } from '@tanstack/react-router';
import type { LeadView } from '@wbm/contracts';
import { useTranslation } from 'react-i18next';
import { preloadConversation } from '../conversation/lazy-conversation.tsx';
import { Avatar } from '../parts/avatar.tsx';
import { cn } from '../parts/cn.ts';
import { useSession } from '../shell/session.ts';
import { formatBrief } from '../time/format.ts';
import { Moment } from '../time/moment.tsx';
import { useNow } from '../time/now.ts';
import { StatusChip, useLeadTitle, WaitingChip } from './lead-words.tsx';

/** Every row is equally high, so that ten thousand of them need no measuring. */
export const leadRowPx = 88;

/** One lead in a list. `inSales` opens it beside the list; else it opens as a page of its own. */
export function LeadRow({
  lead,
  selected,
  inSales,
  botName,
}: {
  readonly lead: LeadView;
  readonly selected: boolean;
  readonly inSales: boolean;
  /** Shown when there are several bots. */
  readonly botName: string | null;
}) {
  const { t, i18n } = useTranslation();
  const titleOf = useLeadTitle();
  const now = useNow();
  const me = useSession().user.email;
  const title = titleOf(lead);
  const className = cn(
    'flex h-[87px] items-start gap-3 border-line border-b px-3 py-2.5 transition-colors focus-visible:-outline-offset-2',
    selected ? 'bg-accent-soft/60' : 'hover:bg-hover',
  );
  const content = (
    <>
      <Avatar name={title} className="mt-0.5" />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline justify-between gap-2">
          <span className="truncate font-medium">{title}</span>
          <Moment
            at={lead.lastMessageAt}
            words={formatBrief(lead.lastMessageAt, now, i18n.language)}
            className="shrink-0 text-muted text-xs tabular-nums"
          />
        </span>
        <span className="block truncate text-muted text-sm">
          {lead.lastMessage === null ? t('lead.noMessage') : lead.lastMessage || t('lead.noWords')}
        </span>
        <span className="mt-1 flex items-center gap-1.5 overflow-hidden">
          <StatusChip status={lead.status} />
          <WaitingChip lead={lead} />
          {lead.assignedTo === null || lead.assignedTo === me ? null : (
            <span className="shrink-[99] truncate text-muted text-xs">{t('lead.with', { who: lead.assignedTo })}</span>
          )}
          {botName === null ? null : <span className="ms-auto shrink-[99] truncate text-muted text-xs">{botName}</span>}
        </span>
      </span>
    </>
  );
  if (!inSales) {
    return (
      <Link to="/leads/$leadId" params={{ leadId: lead.id }} className={className}>
        {content}
      </Link>
    );
  }
  return (
    <Link
      to="/sales"
      search={(previous) => ({ ...previous, lead: lead.id })}
      aria-current={selected || undefined}
      onPointerEnter={preloadConversation}
      onFocus={preloadConversation}
      className={className}
    >
      {content}
    </Link>
  );
}
