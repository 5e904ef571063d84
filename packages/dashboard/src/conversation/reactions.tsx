import type { MessageView } from '@wbm/contracts';
import { useTranslation } from 'react-i18next';
import { cn } from '../parts/cn.ts';

/** The emoji that either side put on a message, hung on its lower edge. */
export function Reactions({
  reactions,
  end,
}: {
  readonly reactions: MessageView['reactions'];
  /** The message stands at the end of the line. */
  readonly end: boolean;
}) {
  const { t } = useTranslation();
  const given = (['customer', 'business'] as const).flatMap((by) => {
    const emoji = reactions[by];
    return emoji === null ? [] : [{ by, emoji }];
  });
  if (given.length === 0) return null;
  return (
    <div
      className={cn(
        'z-10 -mt-1.5 flex gap-0.5 rounded-full border border-line bg-raised px-1.5 py-px text-sm leading-5 shadow-card',
        end ? 'me-2 self-end' : 'ms-2 self-start',
      )}
    >
      {given.map(({ by, emoji }) => (
        <span
          key={by}
          role="img"
          aria-label={t(`message.reaction.${by}`, { emoji })}
          title={t(`message.reaction.${by}`, { emoji })}
        >
          {emoji}
        </span>
      ))}
    </div>
  );
}
