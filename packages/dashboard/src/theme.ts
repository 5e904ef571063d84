import { useSyncExternalStore } from 'react';

/** `system` follows the machine; the other two are what the viewer chose, kept in this browser. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();
let chosen: Theme = read();

function read(): Theme {
  try {
    const stored = localStorage.getItem('theme');
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

function apply(): void {
  document.documentElement.dataset.theme = resolved();
  for (const listener of listeners) listener();
}

function resolved(): 'light' | 'dark' {
  if (chosen === 'system') return dark.matches ? 'dark' : 'light';
  return chosen;
}

dark.addEventListener('change', apply);

export function chooseTheme(theme: Theme): void {
  chosen = theme;
  try {
    if (theme === 'system') localStorage.removeItem('theme');
    else localStorage.setItem('theme', theme);
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What was chosen, and what it comes to right now. */
export function useTheme(): { readonly chosen: Theme; readonly resolved: 'light' | 'dark' } {
  const now = useSyncExternalStore(subscribe, () => `${chosen}/${resolved()}` as const);
  const [theme, shown] = now.split('/') as [Theme, 'light' | 'dark'];
  return { chosen: theme, resolved: shown };
}
