import { createFileRoute, Outlet, redirect } from '@tanstack/react-router';
import { ApiProblem } from '../api/problem.ts';
import { sessionQuery } from '../api/session.ts';
import { LiveProvider } from '../live/live.tsx';
import { Shell } from '../shell/shell.tsx';

/** Everything that needs somebody to be signed in. */
export const Route = createFileRoute('/_app')({
  async beforeLoad({ context }) {
    try {
      return { session: await context.client.ensureQueryData(sessionQuery) };
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) throw redirect({ to: '/login' });
      if (error instanceof ApiProblem && error.status === 403) throw redirect({ to: '/denied' });
      throw error;
    }
  },
  component: () => (
    <LiveProvider>
      <Shell>
        <Outlet />
      </Shell>
    </LiveProvider>
  ),
});
