import type { LeadDetail } from '@wbm/contracts';
import { Bot, Hand, MessageCircleOff, Smartphone, UserRound } from 'lucide-react';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Composer } from './composer.tsx';
import type { Holder } from './ownership.ts';

const icons = { bot: Bot, phone: Smartphone, other: UserRound } as const;

/** Below the chat: the reply box for whoever has it, else who has it and how to get it. */
export function SpeakBar({
  lead,
  holder,
  takesFiles,
  mayTakeOver,
  claiming,
  onClaim,
  onTakeOver,
  inputRef,
}: {
  readonly lead: LeadDetail;
  readonly holder: Holder;
  readonly takesFiles: boolean;
  /** Admins may take a chat from a colleague. */
  readonly mayTakeOver: boolean;
  readonly claiming: boolean;
  readonly onClaim: () => void;
  readonly onTakeOver: () => void;
  readonly inputRef: Ref<HTMLTextAreaElement>;
}) {
  const { t } = useTranslation();
  const frame = 'shrink-0 border-line border-t bg-surface p-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]';
  if (holder === 'me') {
    return (
      <div className={frame}>
        {lead.writeFirst === null ? (
          <Composer leadId={lead.id} takesFiles={takesFiles} inputRef={inputRef} />
        ) : (
          <Notice icon={MessageCircleOff} tone="warn">
            <p className="font-medium">{t(`writeFirst.${lead.writeFirst}`)}</p>
            <p className="text-xs">{t('writeFirst.words')}</p>
          </Notice>
        )}
      </div>
    );
  }
  const Icon = icons[holder];
  return (
    <div className={`${frame} flex flex-wrap items-center justify-between gap-3`}>
      <p className="flex min-w-0 flex-1 basis-56 items-center gap-2.5 text-muted text-sm">
        <Icon aria-hidden className="size-4 shrink-0" />
        {t(`holder.${holder}`, { who: lead.assignedTo ?? '' })}
      </p>
      {holder === 'other' ? (
        mayTakeOver ? (
          <Button busy={claiming} onClick={onTakeOver}>
            <Hand />
            {t('claim.takeOver')}
          </Button>
        ) : null
      ) : (
        <Button look="primary" busy={claiming} onClick={onClaim} className="max-sm:flex-1">
          <Hand />
          {t('claim.button')}
        </Button>
      )}
    </div>
  );
}
