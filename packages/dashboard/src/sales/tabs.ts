import type { LeadView } from '@wbm/contracts';
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
  if (tab === 'waiting') return { assignedTo: 'nobody' };
  if (tab === 'mine') return { assignedTo: 'me' };
  return {};
}

/** What each tab shows of the answer, and in which order: who waits longest comes first, else the newest message. */
export function arrange(tab: TabName, leads: readonly LeadView[]): readonly LeadView[] {
  if (tab !== 'waiting') return leads;
  return leads
    .filter((lead) => lead.waitingSince !== null)
    .toSorted((a, b) => (a.waitingSince ?? '').localeCompare(b.waitingSince ?? ''));
}
