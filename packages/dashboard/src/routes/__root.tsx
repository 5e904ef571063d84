import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, Outlet } from '@tanstack/react-router';
import { Toaster } from 'sonner';
import { useTheme } from '../theme.ts';

export const Route = createRootRouteWithContext<{ client: QueryClient }>()({ component: Root });

function Root() {
  const { resolved } = useTheme();
  return (
    <>
      <Outlet />
      <Toaster theme={resolved} position="top-center" toastOptions={{ className: 'font-sans' }} />
    </>
  );
}
