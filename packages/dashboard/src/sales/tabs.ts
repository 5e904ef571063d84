import type { LeadFilter } from '../api/leads.ts';

export const tabNames = ['waiting', 'mine', 'all'] as const;
export type TabName = (typeof tabNames)[number];

/** Reads a tab from the URL; the first one is not written there. */
export function readTab(value: unknown): { tab?: TabName } {
  const tab = tabNames.find((name) => name === value);
  return tab && tab !== 'waiting' ? { tab } : {};
}

/** What each tab asks the gateway for. */
export function tabFilter(tab: TabName): LeadFilter {
  if (tab === 'waiting') return { assignedTo: 'nobody', waiting: true };
  if (tab === 'mine') return { assignedTo: 'me' };
  return {};
}
