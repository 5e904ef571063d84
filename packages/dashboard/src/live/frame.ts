import { type BrowserEventId, browserEvents, type SocketEvent, socketFrame } from '@wbm/contracts';

/** One event of the book, its payload parsed; a union that narrows by `type`. */
export type LiveEvent = { [K in BrowserEventId]: SocketEvent<K> }[BrowserEventId];

/**
 * The events of a frame, in order. Events that are not in the book (a newer gateway) and payloads that do not parse
 * are left out and reported as `unknown`, so that the page can refetch instead of showing half-truths.
 */
export function readFrame(text: string): { readonly events: readonly LiveEvent[]; readonly unknown: number } {
  let frame: ReturnType<typeof socketFrame.safeParse>;
  try {
    frame = socketFrame.safeParse(JSON.parse(text));
  } catch {
    return { events: [], unknown: 1 };
  }
  if (!frame.success) return { events: [], unknown: 1 };
  const events = frame.data.events.flatMap(({ type, payload }) => readEvent(type, payload) ?? []);
  return { events, unknown: frame.data.events.length - events.length };
}

function readEvent(type: string, payload: unknown): LiveEvent | null {
  if (!Object.hasOwn(browserEvents, type)) return null;
  const parsed = browserEvents[type as BrowserEventId].payload.safeParse(payload);
  // The table pairs each id with its payload; TypeScript cannot follow an index into it.
  return parsed.success ? ({ type, payload: parsed.data } as LiveEvent) : null;
}
