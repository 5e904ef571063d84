import type { BotView } from '@wbm/contracts';
import { BookOpenCheck, CircleAlert, CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useHistoryWords } from '../live/history-words.ts';
import { formatBrief } from '../time/format.ts';
import { Moment } from '../time/moment.tsx';
import { useNow } from '../time/now.ts';

/** What happened to a bot lately that nobody has to act on: what it read while away, and how its last test went. */
export function BotNews({ bot }: { readonly bot: BotView }) {
  const { t } = useTranslation();
  const read = useHistoryWords();
  const { catchUp, selfTest } = bot;
  if (!catchUp && !selfTest) return null;
  return (
    <ul className="mt-3 flex flex-col gap-1.5 text-muted text-xs">
      {catchUp ? (
        <Line icon={<BookOpenCheck aria-hidden />} at={catchUp.at} zone={bot.timeZone}>
          {read(catchUp)}
        </Line>
      ) : null}
      {selfTest
        ? (['text', 'picture'] as const).map((part) => (
            <Line
              key={part}
              icon={
                selfTest[part] === null ? <CircleCheck className="text-good" /> : <CircleAlert className="text-bad" />
              }
              at={selfTest.at}
              zone={bot.timeZone}
            >
              {selfTest[part] === null
                ? t(`selfTest.${part}`)
                : t('selfTest.failed', { what: t(`selfTest.${part}Failed`), why: selfTest[part] })}
            </Line>
          ))
        : null}
    </ul>
  );
}

function Line({
  icon,
  at,
  zone,
  children,
}: {
  readonly icon: ReactNode;
  readonly at: string;
  readonly zone: string;
  readonly children: ReactNode;
}) {
  const { i18n } = useTranslation();
  const now = useNow();
  return (
    <li className="flex gap-2 [&_svg]:mt-0.5 [&_svg]:size-3.5 [&_svg]:shrink-0">
      {icon}
      <span className="min-w-0 flex-1">{children}</span>
      <Moment at={at} words={formatBrief(at, now, i18n.language)} botZone={zone} className="shrink-0 tabular-nums" />
    </li>
  );
}
