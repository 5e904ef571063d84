import { type ComponentProps, cloneElement, isValidElement, type ReactElement } from 'react';
import { cn } from './cn.ts';

const looks = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover font-medium shadow-card',
  secondary: 'bg-raised text-ink border border-line hover:bg-hover hover:border-line-strong/60 font-medium shadow-card',
  quiet: 'text-muted hover:bg-hover hover:text-ink font-medium',
  danger: 'bg-bad-soft text-bad hover:brightness-95 dark:hover:brightness-125 font-medium',
} as const;

const sizes = {
  sm: 'h-8 px-2.5 text-sm gap-1.5 rounded-md',
  md: 'h-9 px-3.5 text-base gap-2 rounded-lg',
  icon: 'size-9 rounded-lg',
  'icon-sm': 'size-8 rounded-md',
  round: 'size-10 rounded-full',
} as const;

export interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: keyof typeof looks;
  readonly size?: keyof typeof sizes;
  /** Renders the only child with the looks of a button: for links. */
  readonly asChild?: boolean;
  /** The act is under way: the button stays in place, keeps the focus and cannot be pressed again. */
  readonly busy?: boolean;
}

export function Button({ look = 'secondary', size = 'md', asChild, busy, className, onClick, ...rest }: ButtonProps) {
  const shape = cn(
    'inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap transition-colors',
    'disabled:pointer-events-none disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
    looks[look],
    sizes[size],
    busy && 'animate-pulse cursor-progress',
    className,
  );
  if (asChild && isValidElement(rest.children)) {
    // A link takes nothing from a button but its looks and its name; Radix's Slot would be 1 kB of script for that.
    const link = rest.children as ReactElement<{ readonly className?: string }>;
    return cloneElement(link, { className: cn(link.props.className, shape) });
  }
  return (
    <button
      type="button"
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={shape}
      {...rest}
    />
  );
}
