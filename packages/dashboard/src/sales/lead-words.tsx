import type { LeadView } from '@wbm/contracts';
import { Clock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Chip, type Tone } from '../parts/chip.tsx';
import { formatStretch } from '../time/format.ts';
import { useNow } from '../time/now.ts';

const statusTones: Record<LeadView['status'], Tone> = {
  capturing: 'neutral',
  qualified: 'accent',
  assigned: 'info',
  won: 'good',
  lost: 'bad',
};

export function StatusChip({ status }: { readonly status: LeadView['status'] }) {
  const { t } = useTranslation();
  return <Chip tone={statusTones[status]}>{t(`lead.status.${status}`)}</Chip>;
}

/** How long somebody waits for a person, and why. Past ten minutes it is said louder. */
export function WaitingChip({ lead }: { readonly lead: LeadView }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  if (lead.waitingSince === null) return null;
  const ms = now - Date.parse(lead.waitingSince);
  const stretch = ms < 60_000 ? t('lead.justNow') : formatStretch(ms, i18n.language);
  const reason = lead.waitingReason === null ? t('lead.waiting.message') : t(`lead.waiting.${lead.waitingReason}`);
  return (
    <Chip tone={ms > 10 * 60_000 ? 'bad' : 'warn'} className="min-w-0 shrink">
      <Clock aria-hidden className="size-3 shrink-0" />
      <span className="truncate">{t('lead.waits', { reason, stretch })}</span>
    </Chip>
  );
}

/** What a lead is called: the customer's name, else the number, else words for neither. */
export function useLeadTitle(): (lead: LeadView) => string {
  const { t } = useTranslation();
  return (lead) => lead.displayName ?? lead.whatsappNumber ?? t('lead.unknown');
}
