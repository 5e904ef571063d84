import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export const tones = {
  neutral: 'bg-sunken text-muted',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  accent: 'bg-accent-soft text-accent-ink',
} as const;
export type Tone = keyof typeof tones;

export function Chip({
  tone = 'neutral',
  dot,
  className,
  children,
}: {
  readonly tone?: Tone;
  /** A coloured dot before the words: for states that live. */
  readonly dot?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <span
      className={cn(
        'part-chip h-5 items-center gap-1.5 whitespace-nowrap rounded-full px-2 font-medium text-2xs',
        tones[tone],
        className,
      )}
    >
      {dot ? <span aria-hidden className="size-1.5 rounded-full bg-current" /> : null}
      {children}
    </span>
  );
}
