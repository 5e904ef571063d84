import { Link } from '@tanstack/react-router';
import { ChevronsUpDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../parts/avatar.tsx';
import { AccountMenu, type AccountMenuProps } from './account-menu.tsx';
import type { Place } from './places.ts';
import { ScriptedNote } from './scripted-note.tsx';

export function Sidebar({ places, ...menu }: AccountMenuProps & { readonly places: readonly Place[] }) {
  const { t } = useTranslation();
  const { session } = menu;
  return (
    <aside className="hidden w-14 shrink-0 flex-col border-line border-e bg-canvas p-2 sm:flex lg:w-56 lg:p-3">
      <div className="mb-4 flex h-9 items-center gap-2.5 px-1">
        <img src="/icon.svg" alt="" className="size-7 shrink-0" />
        <span className="hidden min-w-0 lg:block">
          <span className="block truncate font-semibold text-sm leading-4">{t('app.name')}</span>
          <span className="block truncate text-muted text-xs leading-4">{session.workspace.name}</span>
        </span>
      </div>
      <nav aria-label={t('nav.label')} className="flex flex-col gap-0.5">
        {places.map(({ to, label, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            data-tip={t(label)}
            data-tip-side="right"
            activeOptions={{ exact: to === '/', includeSearch: false }}
            className="max-lg:tip flex h-9 items-center gap-2.5 rounded-lg px-2.5 font-medium text-muted text-sm transition-colors hover:bg-hover hover:text-ink data-[status=active]:bg-surface data-[status=active]:text-ink data-[status=active]:shadow-card data-[status=active]:[&_svg]:text-accent-ink"
          >
            <Icon aria-hidden className="size-4.5 shrink-0" />
            <span className="sr-only lg:not-sr-only">{t(label)}</span>
          </Link>
        ))}
      </nav>
      <div className="mt-auto flex flex-col gap-2">
        <ScriptedNote className="hidden lg:flex" />
        <AccountMenu
          {...menu}
          side="right"
          trigger={
            <button
              type="button"
              className="flex items-center gap-2.5 rounded-lg p-1 text-start transition-colors hover:bg-hover lg:p-1.5"
            >
              <Avatar name={session.user.name ?? session.user.email} className="size-8" />
              <span className="hidden min-w-0 flex-1 lg:block">
                <span className="block truncate font-medium text-sm leading-4">
                  {session.user.name ?? session.user.email}
                </span>
                <span className="block truncate text-muted text-xs leading-4">{t(`role.${session.role}`)}</span>
              </span>
              <span className="sr-only">{t('account.menu')}</span>
              <ChevronsUpDown aria-hidden className="hidden size-4 text-muted lg:block" />
            </button>
          }
        />
      </div>
    </aside>
  );
}
