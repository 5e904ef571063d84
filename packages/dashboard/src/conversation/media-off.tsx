import { Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AnyBot } from '../api/bots.ts';
import { Notice } from '../parts/notice.tsx';

/** Above a conversation: which files the bot's session cannot carry at the moment. Text goes on. */
export function MediaOff({ bot }: { readonly bot: AnyBot | undefined }) {
  const { t } = useTranslation();
  const off = (['media-in', 'media-out'] as const).filter((name) => bot?.capabilities[name]?.available === false);
  if (off.length === 0) return null;
  const reasons = new Set(off.flatMap((name) => bot?.capabilities[name]?.reason ?? []));
  return (
    <Notice icon={Unplug} tone="warn" live className="rounded-none border-line border-b px-4">
      <p>{t(off.length === 2 ? 'media.off.both' : `media.off.${off[0] ?? 'media-in'}`)}</p>
      {[...reasons].map((reason) => (
        <p key={reason} className="text-xs">
          {reason}
        </p>
      ))}
    </Notice>
  );
}
