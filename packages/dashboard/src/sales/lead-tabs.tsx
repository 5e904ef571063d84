import { useTranslation } from 'react-i18next';
import { TabRow } from '../parts/tabs.tsx';
import { tabNames } from './tabs.ts';
import { useLeads } from './use-leads.ts';

/** Waiting, Mine and All, each with how many wait for a person in it. */
export function LeadTabs({ className }: { readonly className?: string }) {
  const { t } = useTranslation();
  const counts = { waiting: useLeads('waiting').leads.length, mine: useMineWaiting(), all: undefined };
  return (
    <TabRow
      label={t('leads.tabs')}
      tabs={tabNames.map((value) => ({ value, label: t(`leads.tab.${value}`), count: counts[value] }))}
      className={className ?? 'rounded-lg bg-sunken p-1'}
    />
  );
}

export function useMineWaiting(): number {
  return useLeads('mine').leads.filter((lead) => lead.waitingSince !== null).length;
}
