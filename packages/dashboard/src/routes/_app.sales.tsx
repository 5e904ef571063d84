import { createFileRoute } from '@tanstack/react-router';
import { readSalesSearch, SalesPage } from '../sales/sales-page.tsx';

export const Route = createFileRoute('/_app/sales')({
  validateSearch: readSalesSearch,
  component: function SalesRoute() {
    const search = Route.useSearch();
    const navigate = Route.useNavigate();
    return (
      <SalesPage
        search={search}
        onSearch={(next, how) => void navigate({ search: next, replace: how === 'replace' })}
      />
    );
  },
});
