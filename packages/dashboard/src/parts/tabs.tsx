import { Tabs as Primitive } from 'radix-ui';
import { cn } from './cn.ts';

export interface Tab<V extends string> {
  readonly value: V;
  readonly label: string;
  readonly count?: number | undefined;
}

/** A row of tabs. What they show is the caller's; it belongs into an element with `role="tabpanel"` or a `TabPanel`. */
export function TabRow<V extends string>({
  label,
  tabs,
  className,
}: {
  readonly label: string;
  readonly tabs: readonly Tab<V>[];
  readonly className?: string;
}) {
  return (
    <Primitive.List aria-label={label} className={cn('flex gap-1', className)}>
      {tabs.map((tab) => (
        <Primitive.Trigger
          key={tab.value}
          value={tab.value}
          className="inline-flex h-8 flex-1 items-center justify-center gap-1.5 rounded-md px-2.5 font-medium text-muted text-sm transition-colors hover:text-ink data-[state=active]:bg-surface data-[state=active]:text-ink data-[state=active]:shadow-card dark:data-[state=active]:bg-hover"
        >
          {tab.label}
          {tab.count ? (
            <span className="rounded-full bg-accent-soft px-1.5 text-2xs text-accent-ink tabular-nums">
              {tab.count}
            </span>
          ) : null}
        </Primitive.Trigger>
      ))}
    </Primitive.List>
  );
}

export const Tabs = Primitive.Root;
export const TabPanel = Primitive.Content;
