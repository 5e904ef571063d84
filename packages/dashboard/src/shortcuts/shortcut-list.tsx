import { useTranslation } from 'react-i18next';
import { Dialog } from '../parts/dialog.tsx';
import { Kbd } from '../parts/kbd.tsx';
import type { Place } from '../shell/places.ts';

const groups = [
  {
    title: 'shortcuts.inSales',
    keys: [
      ['j', 'shortcuts.next'],
      ['k', 'shortcuts.previous'],
      ['/', 'shortcuts.search'],
      ['c', 'shortcuts.claim'],
      ['r', 'shortcuts.reply'],
    ],
  },
  { title: 'shortcuts.everywhere', keys: [['?', 'shortcuts.this']] },
] as const;

export function ShortcutList({
  places,
  open,
  onClose,
}: {
  readonly places: readonly Place[];
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const going = { title: 'shortcuts.go', keys: places.map(({ key, label }) => [key, label] as const) } as const;
  return (
    <Dialog open={open} onClose={onClose} title={t('shortcuts.title')}>
      {[going, ...groups].map((group) => (
        <section key={group.title} className="mt-3">
          <h3 className="mb-1 font-medium text-muted text-xs">{t(group.title)}</h3>
          <dl>
            {group.keys.map(([keys, label]) => (
              <div key={keys} className="flex h-8 items-center justify-between border-line border-b last:border-0">
                <dt>{t(label)}</dt>
                <dd className="flex gap-1">
                  {keys.split(' ').map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
