import { useQueryClient } from '@tanstack/react-query';
import type { BotView } from '@wbm/contracts';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../../api/keys.ts';
import { cn } from '../../parts/cn.ts';
import { Qr, QrSkeleton } from '../../parts/qr.tsx';
import { useSeconds } from '../../time/seconds.ts';
import { secondsLeft } from './link-stage.ts';

const px = 216;
/** The next code comes as news; should that be lost, it is asked for this often. */
const askAgainMs = 4_000;

/** The code of this moment. WhatsApp changes it every few seconds, and so does this. */
export function QrShown({ bot }: { readonly bot: BotView }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const left = secondsLeft(bot.qrExpiresAt, useSeconds());
  const expired = bot.qr === null || left === 0;
  useEffect(() => {
    if (!expired) return;
    const timer = setInterval(() => void client.invalidateQueries({ queryKey: keys.bots }), askAgainMs);
    return () => clearInterval(timer);
  }, [expired, client]);
  return (
    <figure className="flex shrink-0 flex-col items-center gap-2">
      {bot.qr === null ? (
        <QrSkeleton size={px} />
      ) : (
        <span className={cn('rounded-lg border border-line transition-opacity', expired && 'opacity-25')}>
          <Qr value={bot.qr} size={px} title={t('link.qr', { bot: bot.name })} />
        </span>
      )}
      <figcaption className="text-muted text-xs tabular-nums" aria-live="off">
        {expired || left === null ? t('link.renewing') : t('link.renewsIn', { count: left })}
      </figcaption>
    </figure>
  );
}
