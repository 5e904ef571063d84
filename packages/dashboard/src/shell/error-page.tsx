import { useRouter } from '@tanstack/react-router';
import { Failure } from '../parts/failure.tsx';

/** What a page shows when it could not be shown. The error boundary of every route. */
export function ErrorPage({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  const router = useRouter();
  return (
    <main className="grid min-h-full place-items-center">
      <Failure
        error={error}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </main>
  );
}
