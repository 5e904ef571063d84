import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { HistoryNews } from '../live/history-news.tsx';
import { ShortcutList } from '../shortcuts/shortcut-list.tsx';
import { useShortcuts } from '../shortcuts/use-shortcuts.ts';
import { BottomBar } from './bottom-bar.tsx';
import { LinkBanner } from './link-banner.tsx';
import { placesOf } from './places.ts';
import { useSession } from './session.ts';
import { Sidebar } from './sidebar.tsx';
import { signOutAndLeave } from './sign-out.ts';

/** The frame of every signed-in page: a calm bar at the side on a desk, one below on a phone. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const session = useSession();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [showsShortcuts, setShowsShortcuts] = useState(false);
  const places = placesOf(session);
  useShortcuts({
    '?': () => setShowsShortcuts(true),
    ...Object.fromEntries(places.map((place) => [place.key, () => void navigate({ to: place.to })])),
  });
  const menu = {
    session,
    places,
    onShortcuts: () => setShowsShortcuts(true),
    onSignOut: () => void signOutAndLeave(client),
  };
  return (
    <div className="flex h-dvh flex-col sm:flex-row">
      <Sidebar {...menu} />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <LinkBanner />
        <HistoryNews />
        <main id="main" className="min-h-0 flex-1 overflow-y-auto">
          {children}
        </main>
      </div>
      <BottomBar {...menu} />
      <ShortcutList places={places} open={showsShortcuts} onClose={() => setShowsShortcuts(false)} />
    </div>
  );
}
