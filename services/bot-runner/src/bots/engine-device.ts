import type { EngineProcess } from '../engine/engine-process.ts';
import { CallFailed } from '../engine/pending-calls.ts';
import type { Device } from '../outbound/device.ts';
import { SEND_DEADLINE_MS } from '../outbound/resolve-stranded.ts';

const TYPING_DEADLINE_MS = 1_000;

type DeviceOptions = Pick<Device, 'usable' | 'held' | 'ending'> & {
  readonly process: () => EngineProcess | undefined;
};

/** The session behind whichever child process runs it now. */
export function engineDevice({ process, usable, held, ending }: DeviceOptions): Device {
  return {
    usable,
    held,
    ending,
    async send(message) {
      const child = process();
      if (!child) return { outcome: 'unknown' };
      try {
        return await child.call('send', { ...message, media: null }, SEND_DEADLINE_MS);
      } catch (err) {
        const refused = err instanceof CallFailed && err.code === 'lease-ran-out';
        return refused ? { outcome: 'not-sent', reason: 'The lease ran out.' } : { outcome: 'unknown' };
      }
    },
    async type(jid, ms) {
      await process()
        ?.call('sendTyping', { jid, ms }, TYPING_DEADLINE_MS)
        .catch(() => undefined);
    },
    async find(jid, waMessageId) {
      const child = process();
      if (!child) return 'unknown';
      return child.call('find', { jid, waMessageId }, SEND_DEADLINE_MS).catch(() => 'unknown' as const);
    },
  };
}
