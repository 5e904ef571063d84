import { useTranslation } from 'react-i18next';
import type { SendingView } from '../../api/sending.ts';
import { Progress } from '../../parts/progress.tsx';
import { formatNumber } from '../../time/format.ts';

/** What of its allowance a bot has used, and what waits or was refused. */
export function SendingUse({ sending }: { readonly sending: SendingView }) {
  const { t, i18n } = useTranslation();
  const number = (n: number) => formatNumber(n, i18n.language);
  const uses = [
    { name: 'lastMinute', used: sending.lastMinute, of: sending.perMinute },
    { name: 'last24h', used: sending.last24h, of: sending.perDay },
  ] as const;
  const facts = [
    ['unasked', number(sending.unaskedPerDay)],
    ['held', number(sending.held)],
    ['refused', number(sending.refused24h)],
    ['age', t('sending.days', { count: Math.floor(sending.ageDays) })],
  ] as const;
  return (
    <div className="flex flex-col gap-3 rounded-xl border border-line p-3">
      {uses.map(({ name, used, of }) => (
        <div key={name}>
          <p className="mb-1 flex justify-between gap-3 text-sm">
            <span>{t(`sending.${name}`)}</span>
            <span className="text-muted tabular-nums">
              {t('sending.usedOf', { used: number(used), of: number(of) })}
            </span>
          </p>
          <Progress percent={of === 0 ? 100 : (100 * used) / of} label={t(`sending.${name}`)} />
        </div>
      ))}
      <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 text-sm">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{t(`sending.fact.${name}`)}</dt>
            <dd className="text-end tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
