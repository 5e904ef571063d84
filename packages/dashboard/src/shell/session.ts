import { useSuspenseQuery } from '@tanstack/react-query';
import type { SessionView } from '@wbm/contracts';
import { sessionQuery } from '../api/session.ts';

/** Who is signed in. Only below the signed-in layout, which has loaded it. */
export function useSession(): SessionView {
  return useSuspenseQuery(sessionQuery).data;
}
