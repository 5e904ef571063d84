import type { SendingView } from '@wbm/contracts';
import { useTranslation } from 'react-i18next';
import { Progress } from '../../parts/progress.tsx';
import { formatClock } from '../../time/format.ts';
import { formatNumber } from '../../time/measures.ts';

/** What of its allowance a bot has used, and what waits or was refused. */
export function SendingUse({ sending }: { readonly sending: SendingView }) {
  const { t, i18n } = useTranslation();
  const number = (n: number) => formatNumber(n, i18n.language);
  const uses = [
    { name: 'lastMinute', used: sending.lastMinute, of: sending.perMinute },
    { name: 'last24h', used: sending.last24h, of: sending.perDay },
    { name: 'unasked24h', used: sending.unasked24h, of: sending.unaskedPerDay },
  ] as const;
  const { heldUntil } = sending;
  return (
    <div className="flex flex-col gap-3 rounded-xl border border-line p-3">
      {uses.map(({ name, used, of }) => (
        <div key={name}>
          <p className="flex justify-between gap-3 text-sm">
            <span>{t(`sending.${name}`)}</span>
            <span className="shrink-0 text-muted tabular-nums">
              {of === null
                ? t('sending.usedOfAny', { used: number(used) })
                : t('sending.usedOf', { used: number(used), of: number(of) })}
            </span>
          </p>
          {of === null ? null : (
            <div className="pt-1">
              <Progress percent={of === 0 ? 100 : (100 * used) / of} label={t(`sending.${name}`)} />
            </div>
          )}
        </div>
      ))}
      <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 border-line border-t pt-3 text-sm">
        <dt className="text-muted">{t('sending.held')}</dt>
        <dd className="text-end tabular-nums">
          {heldUntil === null
            ? number(sending.held)
            : t('sending.heldUntil', { held: number(sending.held), at: formatClock(heldUntil, i18n.language) })}
        </dd>
        <dt className="text-muted">{t('sending.refused')}</dt>
        <dd className="text-end tabular-nums">{number(sending.refused24h)}</dd>
        <dt className="text-muted">{t('sending.age')}</dt>
        <dd className="text-end tabular-nums">{t('sending.days', { count: sending.ageDays })}</dd>
      </dl>
    </div>
  );
}
