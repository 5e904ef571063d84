import type { QueryClient } from '@tanstack/react-query';
import { signOut } from '../api/session.ts';

/** Ends the session and leaves by a full page load, so that nothing of it stays in memory. */
export async function signOutAndLeave(client: QueryClient): Promise<void> {
  try {
    await signOut();
  } finally {
    client.clear();
    location.assign('/login');
  }
}
