import { Link } from '@tanstack/react-router';
import { CircleUser } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { AccountMenu, type AccountMenuProps } from './account-menu.tsx';
import type { Place } from './places.ts';

const item =
  'flex min-w-0 flex-1 flex-col items-center justify-center gap-0.5 rounded-lg font-medium text-2xs text-muted data-[status=active]:text-accent-ink';

/** The places on a phone. A conversation needs the whole height: it hides the bar through `data-immersed` on the page. */
export function BottomBar({ places, ...menu }: AccountMenuProps & { readonly places: readonly Place[] }) {
  const { t } = useTranslation();
  return (
    <nav
      aria-label={t('nav.label')}
      className="flex h-[calc(3.5rem+env(safe-area-inset-bottom))] shrink-0 border-line border-t bg-surface px-1 pb-[env(safe-area-inset-bottom)] sm:hidden [div:has([data-immersed])>&]:hidden"
    >
      {places.map(({ to, label, icon: Icon }) => (
        <Link key={to} to={to} activeOptions={{ exact: to === '/', includeSearch: false }} className={item}>
          <Icon aria-hidden className="size-5" />
          {t(label)}
        </Link>
      ))}
      <AccountMenu
        {...menu}
        side="top"
        trigger={
          <button type="button" className={item}>
            <CircleUser aria-hidden className="size-5" />
            {t('account.you')}
          </button>
        }
      />
    </nav>
  );
}
