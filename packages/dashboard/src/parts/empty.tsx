import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** Nothing is here, and what to do next. */
export function Empty({
  icon: Icon,
  title,
  heading: Title = 'p',
  children,
  action,
}: {
  readonly icon: LucideIcon;
  readonly title: string;
  /** `h1` when it is all there is on the page. */
  readonly heading?: 'p' | 'h1';
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="mx-auto flex max-w-sm flex-col items-center gap-1.5 px-6 py-12 text-center">
      <span className="mb-2 grid size-11 place-items-center rounded-full bg-sunken text-muted">
        <Icon aria-hidden className="size-5" />
      </span>
      <Title className="font-medium">{title}</Title>
      {children ? <p className="text-balance text-muted text-sm">{children}</p> : null}
      {action ? <div className="mt-3">{action}</div> : null}
    </div>
  );
}
