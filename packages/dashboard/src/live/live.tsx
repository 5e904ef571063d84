import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { sessionQuery } from '../api/session.ts';
import { applyEvent, refetchMissed, refetchUntold } from './apply.ts';
import { type LiveEvent, readFrame } from './frame.ts';
import { type LinkState, openSocket } from './socket.ts';

interface Live {
  readonly state: LinkState;
  /** Hears every event after the cache has been brought up to date. Returns how to stop. */
  readonly listen: (heard: (event: LiveEvent) => void) => () => void;
}

const LiveContext = createContext<Live>({ state: 'connecting', listen: () => () => undefined });

/** The gateway's close code for a session that ended. */
const signedOut = 4401;

/** While the socket is down, what is on screen is asked for this often instead. */
const pollMs = 10_000;

/** One socket for the whole page, open as long as somebody is signed in. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LinkState>('connecting');
  const listeners = useRef(new Set<(event: LiveEvent) => void>());

  useEffect(() => {
    const socket = openSocket({
      connect: () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`),
      onUp(again) {
        setState('up');
        if (again) refetchMissed(client);
      },
      onDown(failures, code) {
        setState('down');
        // The upgrade may be refused because the session ended; only a call can tell, and its 401 leads to sign-in.
        if (code === signedOut || failures % 4 === 2)
          void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      },
      onFrame(text) {
        const { events, unknown } = readFrame(text);
        for (const event of events) {
          applyEvent(client, event);
          for (const heard of listeners.current) heard(event);
        }
        if (unknown > 0) refetchMissed(client);
        else refetchUntold(client, events);
      },
    });
    const hurry = () => socket.hurry();
    window.addEventListener('online', hurry);
    document.addEventListener('visibilitychange', hurry);
    return () => {
      window.removeEventListener('online', hurry);
      document.removeEventListener('visibilitychange', hurry);
      socket.close();
    };
  }, [client]);

  useEffect(() => {
    if (state !== 'down') return;
    const timer = setInterval(() => refetchMissed(client), pollMs);
    return () => clearInterval(timer);
  }, [client, state]);

  const live = useMemo<Live>(
    () => ({
      state,
      listen(heard) {
        listeners.current.add(heard);
        return () => listeners.current.delete(heard);
      },
    }),
    [state],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLinkState(): LinkState {
  return useContext(LiveContext).state;
}

/** Hears events for as long as the component is on the page. `heard` may change freely. */
export function useLiveEvents(heard: (event: LiveEvent) => void): void {
  const { listen } = useContext(LiveContext);
  const latest = useRef(heard);
  useEffect(() => {
    latest.current = heard;
  });
  useEffect(() => listen((event) => latest.current(event)), [listen]);
}
