import type { ReactNode } from 'react';
import { cn } from './cn.ts';

/** The same gutters on every page that has any, also while it is still coming. */
export const gutters = 'mx-auto w-full max-w-6xl p-4 sm:p-6 lg:p-8';

/** A page with a title: what it is for, and the one thing to do on it. */
export function Page({
  title,
  words,
  action,
  className,
  children,
}: {
  readonly title: string;
  readonly words?: string;
  readonly action?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <div className={cn(gutters, 'flex flex-col gap-6', className)}>
      <header className="flex min-h-9 items-center justify-between gap-4">
        <div>
          <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
          {words ? <p className="text-muted text-sm">{words}</p> : null}
        </div>
        {action}
      </header>
      {children}
    </div>
  );
}
