import { Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AnyBot } from '../api/bots.ts';
import { Notice } from '../parts/notice.tsx';
import { Why } from '../parts/why.tsx';

/** Above a conversation: which files the bot's session cannot carry at the moment. Text goes on. */
export function MediaOff({ bot }: { readonly bot: AnyBot | undefined }) {
  const { t } = useTranslation();
  const off = (['media-in', 'media-out'] as const).filter((name) => bot?.capabilities[name]?.available === false);
  if (off.length === 0) return null;
  return (
    <Notice icon={Unplug} tone="warn" live className="rounded-none border-line border-b px-4">
      <p>{t(off.length === 2 ? 'media.off.both' : `media.off.${off[0] ?? 'media-in'}`)}</p>
      <Why reasons={off.flatMap((name) => bot?.capabilities[name]?.reason ?? [])} />
    </Notice>
  );
}
