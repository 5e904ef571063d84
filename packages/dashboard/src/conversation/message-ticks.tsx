import type { MessageView } from '@wbm/contracts';
import { Ban, Check, CheckCheck, CircleAlert, CircleHelp, Clock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cn } from '../parts/cn.ts';

const icons = {
  queued: Clock,
  sending: Clock,
  sent: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  cancelled: Ban,
  unconfirmed: CircleHelp,
  failed: CircleAlert,
} as const;

/** Where an outgoing message stands, as WhatsApp draws it. */
export function MessageTicks({ status }: { readonly status: MessageView['status'] }) {
  const { t } = useTranslation();
  if (status === 'received') return null;
  const Icon = icons[status];
  return (
    <span role="img" aria-label={t(`message.status.${status}`)} title={t(`message.status.${status}`)}>
      <Icon
        aria-hidden
        className={cn(
          'size-3.5',
          status === 'read' && 'text-tick-read',
          status === 'failed' && 'text-bad',
          status === 'unconfirmed' && 'text-warn',
        )}
      />
    </span>
  );
}
