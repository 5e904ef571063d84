import { Keyboard, LogOut } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, type Language, languages } from '../i18n/i18n.ts';
import { Menu, MenuChoice, MenuItem, MenuLine } from '../parts/menu.tsx';
import { chooseTheme, themes, useTheme } from '../theme.ts';
import type { AccountMenuProps } from './account-menu.tsx';

/** The menu itself, apart so that its code comes when it is first opened. Use `AccountMenu`. */
export default function AccountMenuWindow({
  session,
  onShortcuts,
  onSignOut,
  trigger,
  side,
}: AccountMenuProps & { readonly trigger: ReactNode; readonly side: 'top' | 'right' }) {
  const { t, i18n } = useTranslation();
  const { chosen } = useTheme();
  return (
    <Menu trigger={trigger} side={side} align="end" defaultOpen>
      <div className="px-2.5 pt-1 pb-1.5">
        <p className="truncate font-medium text-sm">{session.user.name ?? session.user.email}</p>
        <p className="truncate text-muted text-xs">
          {t('account.roleIn', { role: t(`role.${session.role}`), workspace: session.workspace.name })}
        </p>
      </div>
      <MenuLine />
      <MenuChoice
        label={t('account.theme')}
        value={chosen}
        choices={themes.map((theme) => ({ value: theme, label: t(`theme.${theme}`) }))}
        onChoose={chooseTheme}
      />
      <MenuLine />
      <MenuChoice
        label={t('account.language')}
        value={i18n.language as Language}
        choices={languages.map((language) => ({ value: language, label: t(`language.${language}`) }))}
        onChoose={(language) => void chooseLanguage(language)}
      />
      <MenuLine />
      <MenuItem onSelect={onShortcuts}>
        <Keyboard aria-hidden />
        {t('shortcuts.title')}
      </MenuItem>
      <MenuItem onSelect={onSignOut}>
        <LogOut aria-hidden />
        {t('account.signOut')}
      </MenuItem>
    </Menu>
  );
}
