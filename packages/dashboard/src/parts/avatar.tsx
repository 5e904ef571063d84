import { cn } from './cn.ts';

const hues = [168, 205, 258, 318, 18, 42, 95] as const;

function hueOf(seed: string): number {
  let sum = 0;
  for (const char of seed) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return hues[sum % hues.length] ?? 168;
}

function initials(name: string): string {
  const letters = name.split(/[\s@._-]+/).filter((word) => /^\p{L}/u.test(word));
  if (letters.length === 0) return '#';
  return letters
    .slice(0, 2)
    .map((word) => word[0]?.toUpperCase() ?? '')
    .join('');
}

/** A face for somebody without a picture; the same colour for the same name. */
export function Avatar({ name, className }: { readonly name: string; readonly className?: string }) {
  const hue = hueOf(name);
  return (
    <span
      aria-hidden
      style={{ '--hue': hue } as React.CSSProperties}
      className={cn(
        'part-avatar shrink-0 select-none place-items-center font-semibold text-xs',
        'bg-[oklch(0.92_0.05_var(--hue))] text-[oklch(0.38_0.09_var(--hue))]',
        'dark:bg-[oklch(0.33_0.06_var(--hue))] dark:text-[oklch(0.88_0.07_var(--hue))]',
        className,
      )}
    >
      {initials(name)}
    </span>
  );
}
