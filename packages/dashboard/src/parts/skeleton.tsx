import { cn } from './cn.ts';

/** The shape of what is coming. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <span aria-hidden className={cn('part-skeleton skeleton', className)} />;
}
