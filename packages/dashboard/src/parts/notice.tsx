import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { type Tone, tones } from './chip.tsx';
import { cn } from './cn.ts';

/** A sentence that matters, in the flow of the page. */
export function Notice({
  tone = 'info',
  icon: Icon,
  live,
  className,
  children,
  action,
}: {
  readonly tone?: Tone;
  readonly icon: LucideIcon;
  /** Read aloud when it appears. */
  readonly live?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div
      {...(live ? { role: 'status' } : {})}
      className={cn('part-notice items-start gap-2.5 text-sm', tones[tone], className)}
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </div>
  );
}
