import { createFileRoute } from '@tanstack/react-router';
import { botsQuery } from '../api/bots.ts';
import { loadWords } from '../i18n/i18n.ts';
import { SandboxPage } from '../sandbox/sandbox-page.tsx';
import { readSandboxSearch } from '../sandbox/search.ts';

export const Route = createFileRoute('/_app/sandbox')({
  validateSearch: readSandboxSearch,
  async loader({ context }) {
    void context.client.prefetchQuery(botsQuery);
    await Promise.all([loadWords('admin'), loadWords('chat')]);
  },
  component: function SandboxRoute() {
    const search = Route.useSearch();
    const navigate = Route.useNavigate();
    return <SandboxPage search={search} onSearch={(next) => void navigate({ search: next, replace: true })} />;
  },
});
