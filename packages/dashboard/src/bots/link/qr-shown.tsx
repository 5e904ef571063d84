import { useQueryClient } from '@tanstack/react-query';
import type { BotView } from '@wbm/contracts';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../../api/keys.ts';
import { Qr, QrSkeleton } from '../../parts/qr.tsx';
import { useSeconds } from '../../time/seconds.ts';
import { secondsLeft } from './qr-life.ts';

const px = 216;
/** The next code comes as news; should that be lost, it is asked for this often. */
const askAgainMs = 4_000;

/**
 * The code of this moment, to be given a `key` of its own: it counts from when it appears. As long as the bot has it, it
 * is there to be scanned, however late the next one is.
 */
export function QrShown({ bot }: { readonly bot: BotView }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [cameAt] = useState(Date.now);
  const left = secondsLeft(bot.qrExpiresAt, cameAt, useSeconds());
  const late = bot.qr === null || left === 0;
  useEffect(() => {
    if (!late) return;
    const timer = setInterval(() => void client.invalidateQueries({ queryKey: keys.bots }), askAgainMs);
    return () => clearInterval(timer);
  }, [late, client]);
  return (
    <figure className="flex shrink-0 flex-col items-center gap-2">
      {bot.qr === null ? (
        <QrSkeleton size={px} />
      ) : (
        <span className="rounded-lg border border-line">
          <Qr value={bot.qr} size={px} title={t('link.qr', { bot: bot.name })} />
        </span>
      )}
      <figcaption className="text-muted text-xs tabular-nums" aria-live="off">
        {late || left === null ? t('link.renewing') : t('link.renewsIn', { count: left })}
      </figcaption>
    </figure>
  );
}
