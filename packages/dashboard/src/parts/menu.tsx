import { Check } from 'lucide-react';
import { DropdownMenu as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export function Menu({
  trigger,
  align = 'end',
  side = 'bottom',
  defaultOpen = false,
  children,
}: {
  readonly trigger: ReactNode;
  readonly align?: 'start' | 'end';
  readonly side?: 'top' | 'bottom' | 'right';
  /** Open from the start: for a menu whose code came because it was asked for. */
  readonly defaultOpen?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <Primitive.Root defaultOpen={defaultOpen}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 min-w-52 rounded-xl border border-line bg-raised p-1.5 shadow-pop animate-[rise_120ms_ease-out]"
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

const row =
  'flex h-8 cursor-default select-none items-center gap-2.5 rounded-md px-2.5 text-sm outline-none data-[highlighted]:bg-hover [&_svg]:size-4 [&_svg]:text-muted';

export function MenuItem({
  onSelect,
  danger,
  children,
}: {
  readonly onSelect: () => void;
  readonly danger?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <Primitive.Item className={cn(row, danger && 'text-bad [&_svg]:text-bad')} onSelect={onSelect}>
      {children}
    </Primitive.Item>
  );
}

/** Several small things side by side of which one is picked, such as emoji. */
export function MenuPicks({
  picks,
  onPick,
}: {
  readonly picks: readonly { readonly value: string; readonly label: string; readonly chosen: boolean }[];
  readonly onPick: (value: string) => void;
}) {
  return (
    <div className="flex gap-0.5">
      {picks.map(({ value, label, chosen }) => (
        <Primitive.Item
          key={value}
          aria-label={label}
          onSelect={() => onPick(value)}
          className={cn(
            'grid size-9 cursor-default select-none place-items-center rounded-full text-lg outline-none data-[highlighted]:bg-hover',
            chosen && 'bg-accent-soft',
          )}
        >
          {value}
        </Primitive.Item>
      ))}
    </div>
  );
}

export function MenuChoice<V extends string>({
  label,
  value,
  choices,
  onChoose,
}: {
  readonly label: string;
  readonly value: V;
  readonly choices: readonly { readonly value: V; readonly label: string }[];
  readonly onChoose: (value: V) => void;
}) {
  return (
    <Primitive.RadioGroup value={value} onValueChange={(chosen) => onChoose(chosen as V)} aria-label={label}>
      <Primitive.Label className="px-2.5 pt-1.5 pb-1 font-medium text-2xs text-muted">{label}</Primitive.Label>
      {choices.map((choice) => (
        <Primitive.RadioItem key={choice.value} value={choice.value} className={cn(row, 'justify-between')}>
          {choice.label}
          <Primitive.ItemIndicator>
            <Check aria-hidden />
          </Primitive.ItemIndicator>
        </Primitive.RadioItem>
      ))}
    </Primitive.RadioGroup>
  );
}

export function MenuLine() {
  return <Primitive.Separator className="my-1.5 h-px bg-line" />;
}
