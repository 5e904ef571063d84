import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

/** A part of the page that scrolls by itself. It takes the focus, so that the arrow keys reach it, and has a name. */
export function Scroll({
  label,
  role = 'region',
  className,
  ...rest
}: Omit<ComponentProps<'div'>, 'aria-label' | 'role'> & { readonly label: string; readonly role?: 'region' | 'log' }) {
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles take a name; the rule sees only a variable.
    <div
      role={role}
      aria-label={label}
      tabIndex={0}
      className={cn('overflow-y-auto overscroll-contain focus-visible:-outline-offset-2', className)}
      {...rest}
    />
  );
}
