import type { EngineArgs, EngineResult, SendOutcome } from '../engine/port.ts';
import type { Place } from '../media/media-files.ts';

/** A bot's session as the outbound lane uses it. */
export interface Device {
  /** Whether a new message may be claimed now: the session is ready, the lease holds, and nobody is stopping the bot. */
  usable(): boolean;
  /** Whether the bot is still ours, so that what we know may be written. */
  held(): boolean;
  /** The file of a message, for as long as it leaves. Does not throw. `later`: nobody can have it now; `gone`: or ever. */
  lend(mediaId: string): Promise<Place | 'gone' | 'later'>;
  /** Does not throw: what nobody knows is `unknown`. */
  send(message: EngineArgs<'send'>): Promise<SendOutcome>;
  /** Marks the chat as read and shows typing. Does not throw: neither is a reason not to answer. */
  type(jid: string, ms: number): Promise<void>;
  /** Does not throw either. `unasked`: the session did not answer, and may when it is asked again. */
  find(jid: string, waMessageId: string): Promise<EngineResult<'find'> | 'unasked'>;
  /** Aborts when the run ends: nothing new begins, and nobody waits for a typing mark. */
  readonly ending: AbortSignal;
}
