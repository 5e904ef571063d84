import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { LeadView } from '@wbm/contracts';
import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { initReactI18next } from 'react-i18next';
import { beforeAll, expect, it } from 'vitest';
import { leadsQuery, type Page } from '../api/leads.ts';
import { LeadList } from './lead-list.tsx';
import { tabFilter } from './tabs.ts';

// Shows the names of its sentences.
beforeAll(() => i18next.use(initReactI18next).init({ lng: 'cimode' }));

/** The list as it is drawn when the last fetch of it failed, after `shown` had been fetched. */
async function drawnAfterFailure(shown: Page<LeadView> | null): Promise<string> {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, retryOnMount: false } } });
  const { queryKey } = leadsQuery(tabFilter('all'));
  if (shown) client.setQueryData(queryKey, { pages: [shown], pageParams: [undefined] });
  await client.prefetchQuery({ queryKey, queryFn: () => Promise.reject(new Error('away')) });
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <LeadList tab="all" filter={{}} />
    </QueryClientProvider>,
  );
}

it.each<[string, Page<LeadView> | null, string]>([
  ['what was shown stays', { items: [], nextCursor: null }, 'leads.empty.all'],
  ['it is said when nothing was shown yet', null, 'failure.title'],
  [
    'it is said when there is more than what is shown, which is nothing',
    { items: [], nextCursor: '2' },
    'failure.title',
  ],
])('when a fetch of the leads fails, %s', async (_what, shown, drawn) => {
  expect(await drawnAfterFailure(shown)).toContain(drawn);
});
