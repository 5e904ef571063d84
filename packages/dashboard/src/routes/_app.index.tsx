import { createFileRoute, redirect } from '@tanstack/react-router';
import { botsQuery } from '../api/bots.ts';
import { Overview } from '../bots/overview.tsx';
import { loadWords } from '../i18n/i18n.ts';
import { readTab, type TabName } from '../sales/tabs.ts';

export const Route = createFileRoute('/_app/')({
  validateSearch: (search: Record<string, unknown>): { tab?: TabName; q?: string } => ({
    ...readTab(search.tab),
    ...(typeof search.q === 'string' && search.q !== '' ? { q: search.q } : {}),
  }),
  beforeLoad({ context }) {
    // A vendor's home is the sales page.
    if (context.session.role !== 'admin') throw redirect({ to: '/sales' });
  },
  async loader({ context }) {
    void context.client.prefetchQuery(botsQuery);
    await loadWords('admin');
  },
  component: function OverviewRoute() {
    const search = Route.useSearch();
    const navigate = Route.useNavigate();
    return <Overview search={search} onSearch={(next) => void navigate({ search: next, replace: true })} />;
  },
});
