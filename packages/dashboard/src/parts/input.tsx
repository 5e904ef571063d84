import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

// 16 px on touch screens: a phone zooms into anything smaller.
const frame =
  'w-full rounded-lg border border-line-strong/70 bg-surface text-ink text-lg sm:text-base transition-colors ' +
  'hover:border-line-strong focus-visible:outline-offset-0 disabled:opacity-60 aria-invalid:border-bad';

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={cn(frame, 'h-9 px-3', className)} {...rest} />;
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea className={cn(frame, 'min-h-24 px-3 py-2 leading-relaxed', className)} {...rest} />;
}

/** The browser's own list, in our frame: right on phones, with screen readers and by keyboard without any code. */
export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <span className={cn('relative inline-block', className)}>
      <select className={cn(frame, 'h-9 appearance-none truncate ps-3 pe-8')} {...rest}>
        {children}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute end-2.5 top-2.5 size-4 text-muted" />
    </span>
  );
}
