import { useEffect, useState } from 'react';

/** What became of asking WhatsApp for a code. While it is made, the bot goes on showing its QR code. */
export interface CodeWait {
  /** The words beside the bot's state when they were last looked at. */
  readonly reason: string | null;
  /** `late`: nobody said why there is none. */
  readonly ended: 'no' | 'refused' | 'late';
  /** Kept here, because the next QR code takes the words off the bot again. */
  readonly why: string | null;
}

/** The runner tries three times, 45 seconds each. */
export const codeWithinMs = 150_000;

/** Pure: new words beside the state say that there will be no code; words that go away say nothing. */
export function afterReason(wait: CodeWait, reason: string | null): CodeWait {
  if (wait.ended !== 'no' || reason === wait.reason) return wait;
  return reason === null ? { ...wait, reason } : { reason, ended: 'refused', why: reason };
}

/** Follows the words beside a bot's state while a code is waited for. Null before anybody asked. */
export function useCodeWait(reason: string | null) {
  const [wait, setWait] = useState<CodeWait | null>(null);
  const waits = wait?.ended === 'no';
  useEffect(() => setWait((before) => before && afterReason(before, reason)), [reason]);
  useEffect(() => {
    if (!waits) return;
    const timer = setTimeout(() => setWait((before) => before && { ...before, ended: 'late' }), codeWithinMs);
    return () => clearTimeout(timer);
  }, [waits]);
  return { wait, begin: () => setWait({ reason, ended: 'no', why: null }), forget: () => setWait(null) };
}
