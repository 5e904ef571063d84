import { useTranslation } from 'react-i18next';
import { formatFull } from './format.ts';

/** A time as the viewer's clock shows it; on hover with the bot's own zone beside it. */
export function Moment({
  at,
  words,
  botZone,
  className,
}: {
  readonly at: string;
  readonly words: string;
  readonly botZone?: string | undefined;
  readonly className?: string;
}) {
  const { i18n } = useTranslation();
  const here = formatFull(at, i18n.language);
  const there = botZone === undefined ? here : formatFull(at, i18n.language, botZone);
  return (
    <time dateTime={at} title={here === there ? here : `${here}\n${there}`} className={className}>
      {words}
    </time>
  );
}
