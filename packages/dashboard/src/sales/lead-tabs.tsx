import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { Tabs } from '../parts/tabs.tsx';
import { type TabName, tabFilter, tabNames } from './tabs.ts';
import { useLeads } from './use-leads.ts';

/** Waiting, Mine and All, the first two with how many wait for a person in them. */
export function LeadTabs(props: Pick<ComponentProps<typeof Tabs<TabName>>, 'value' | 'onChange' | 'children'>) {
  const { t } = useTranslation();
  const counts = { ...useWaiting(), all: undefined };
  return (
    <Tabs
      label={t('leads.tabs')}
      tabs={tabNames.map((value) => ({ value, label: t(`leads.tab.${value}`), count: counts[value] }))}
      {...props}
    />
  );
}

/** How many people wait: for whoever comes first, and for me. */
export function useWaiting() {
  return {
    waiting: useLeads(tabFilter('waiting')).leads.length,
    mine: useLeads({ ...tabFilter('mine'), waiting: true }).leads.length,
  };
}
