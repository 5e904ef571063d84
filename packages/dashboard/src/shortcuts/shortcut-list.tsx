import { useTranslation } from 'react-i18next';
import { Dialog } from '../parts/dialog.tsx';
import { Kbd } from '../parts/kbd.tsx';

const groups = [
  {
    title: 'shortcuts.go',
    keys: [
      ['g o', 'nav.overview'],
      ['g s', 'nav.sales'],
      ['g p', 'nav.sandbox'],
    ],
  },
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

export function ShortcutList({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onClose={onClose} title={t('shortcuts.title')}>
      {groups.map((group) => (
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
