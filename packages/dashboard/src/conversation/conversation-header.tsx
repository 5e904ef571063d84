import type { LeadDetail } from '@wbm/contracts';
import { ArrowLeft, Bot, PanelRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../parts/avatar.tsx';
import { Button } from '../parts/button.tsx';
import { cn } from '../parts/cn.ts';
import { IconButton } from '../parts/icon-button.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { StatusChip, useLeadTitle, WaitingChip } from '../sales/lead-words.tsx';
import type { Holder } from './ownership.ts';

export function ConversationHeader({
  lead,
  holder,
  alwaysBack,
  onBack,
  onFacts,
  onRelease,
  releasing,
}: {
  readonly lead: LeadDetail | undefined;
  readonly holder: Holder;
  readonly alwaysBack: boolean;
  readonly onBack: () => void;
  readonly onFacts: () => void;
  readonly onRelease: () => void;
  readonly releasing: boolean;
}) {
  const { t } = useTranslation();
  const titleOf = useLeadTitle();
  // On a page of its own the customer is what the page is about.
  const Title = alwaysBack ? 'h1' : 'h2';
  const releasable = holder === 'me' || holder === 'phone';
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 border-line border-b bg-surface px-2 sm:px-4">
      <IconButton label={t('common.back')} onClick={onBack} className={cn(!alwaysBack && 'md:hidden')}>
        <ArrowLeft />
      </IconButton>
      {lead ? (
        <>
          <Avatar name={titleOf(lead)} className="max-sm:hidden" />
          <div className="min-w-0 flex-1">
            <div className="flex items-center gap-2 overflow-hidden">
              <Title className="max-w-[75%] shrink-0 truncate font-semibold">{titleOf(lead)}</Title>
              <StatusChip status={lead.status} />
              <span className="hidden min-w-0 lg:inline-flex">
                <WaitingChip lead={lead} />
              </span>
            </div>
            <p className="truncate text-muted text-xs">
              {[lead.whatsappNumber ?? t('facts.hidden'), lead.botName].join(' · ')}
            </p>
          </div>
          {releasable ? (
            <Button size="sm" busy={releasing} onClick={onRelease} aria-label={t('release.button')}>
              <Bot />
              <span className="max-sm:hidden">{t('release.button')}</span>
            </Button>
          ) : null}
        </>
      ) : (
        <Skeleton className="h-5 w-44" />
      )}
      <IconButton label={t('facts.open')} onClick={onFacts} className="ms-auto xl:hidden">
        <PanelRight />
      </IconButton>
    </header>
  );
}
