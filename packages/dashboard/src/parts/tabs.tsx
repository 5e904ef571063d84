import { type KeyboardEvent, type ReactNode, useId } from 'react';
import { cn } from './cn.ts';

export interface Tab<V extends string> {
  readonly value: V;
  readonly label: string;
  /** Shown behind the label when it is not 0. */
  readonly count?: number | undefined;
}

/**
 * A row of tabs above what they choose, after the ARIA pattern: one stop of the Tab key, the arrows choose.
 * Our own, because Radix's would be a thirtieth of what the sales page may weigh.
 */
export function Tabs<V extends string>({
  label,
  tabs,
  value,
  onChange,
  children,
}: {
  readonly label: string;
  readonly tabs: readonly Tab<V>[];
  readonly value: V;
  readonly onChange: (value: V) => void;
  /** Gets the row and what makes an element the panel. */
  readonly children: (row: ReactNode, panel: { role: 'tabpanel'; id: string; 'aria-labelledby': string }) => ReactNode;
}) {
  const id = useId();
  const at = tabs.findIndex((tab) => tab.value === value);
  function onKeyDown(event: KeyboardEvent<HTMLDivElement>): void {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    const next = to === undefined ? undefined : tabs.at(to % tabs.length);
    if (!next) return;
    event.preventDefault();
    onChange(next.value);
    document.getElementById(`${id}-${next.value}`)?.focus();
  }
  const row = (
    <div role="tablist" aria-label={label} onKeyDown={onKeyDown} className="flex gap-1 rounded-lg bg-sunken p-1">
      {tabs.map((tab) => (
        <button
          key={tab.value}
          type="button"
          role="tab"
          id={`${id}-${tab.value}`}
          aria-selected={tab.value === value}
          aria-controls={`${id}-panel`}
          tabIndex={tab.value === value ? 0 : -1}
          onClick={() => onChange(tab.value)}
          className={cn(
            'inline-flex h-8 flex-1 items-center justify-center gap-1.5 whitespace-nowrap rounded-md px-2.5 font-medium text-sm transition-colors',
            tab.value === value ? 'bg-surface text-ink shadow-card dark:bg-hover' : 'text-muted hover:text-ink',
          )}
        >
          {tab.label}
          {tab.count ? (
            <span className="rounded-full bg-accent-soft px-1.5 text-2xs text-accent-ink tabular-nums">
              {tab.count}
            </span>
          ) : null}
        </button>
      ))}
    </div>
  );
  return children(row, { role: 'tabpanel', id: `${id}-panel`, 'aria-labelledby': `${id}-${value}` });
}
