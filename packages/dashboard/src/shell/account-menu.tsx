import type { SessionView } from '@wbm/contracts';
import { cloneElement, lazy, type ReactElement, Suspense, useState } from 'react';

export interface AccountMenuProps {
  readonly session: SessionView;
  readonly onShortcuts: () => void;
  readonly onSignOut: () => void;
}

const AccountMenuWindow = lazy(() => import('./account-menu-window.tsx'));

/** Who is signed in, theme, language, the way out. Until it is first opened there is only its button. */
export function AccountMenu({
  trigger,
  ...menu
}: AccountMenuProps & {
  readonly trigger: ReactElement<{ onClick?: () => void; 'aria-haspopup'?: 'menu' }>;
  readonly side: 'top' | 'right';
}) {
  const [asked, setAsked] = useState(false);
  const button = cloneElement(trigger, { onClick: () => setAsked(true), 'aria-haspopup': 'menu' });
  if (!asked) return button;
  return (
    <Suspense fallback={button}>
      <AccountMenuWindow {...menu} trigger={trigger} />
    </Suspense>
  );
}
