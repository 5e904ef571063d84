import type { Logger } from '@wbm/runtime';
import type { EngineProcess } from '../engine/engine-process.ts';
import { FILE_DEADLINE_MS } from '../engine/file-deadlines.ts';
import { CallFailed } from '../engine/pending-calls.ts';
import type { MediaFiles } from '../media/media-files.ts';
import type { Device } from '../outbound/device.ts';
import { SEND_DEADLINE_MS } from '../outbound/resolve-stranded.ts';

const SEEN_DEADLINE_MS = 1_000;
const TYPING_DEADLINE_MS = 1_000;

type DeviceOptions = Pick<Device, 'usable' | 'held' | 'ending'> & {
  readonly process: () => EngineProcess | undefined;
  readonly files: Pick<MediaFiles, 'lend'>;
  readonly log: Logger;
};

/** The session behind whichever child process runs it now. */
export function engineDevice({ process, files, log, usable, held, ending }: DeviceOptions): Device {
  return {
    usable,
    held,
    ending,
    async lend(mediaId) {
      try {
        return (await files.lend(mediaId)) ?? 'gone';
      } catch (err) {
        log.warn({ mediaId, err }, 'media.lend-later');
        return 'later';
      }
    },
    // A large file takes its time; what is leaving is not looked up meanwhile.
    async send(message) {
      const child = process();
      if (!child) return { outcome: 'unknown' };
      try {
        return await child.call('send', message, message.media ? FILE_DEADLINE_MS : SEND_DEADLINE_MS);
      } catch (err) {
        const refused = err instanceof CallFailed && err.code === 'lease-ran-out';
        return refused ? { outcome: 'not-sent', reason: 'The lease ran out.' } : { outcome: 'unknown' };
      }
    },
    // Whoever answers has read. Neither is part of the sending, so what fails here is left out.
    async type(jid, ms) {
      const child = process();
      await child?.call('markSeen', { jid }, SEEN_DEADLINE_MS).catch(() => undefined);
      await child?.call('sendTyping', { jid, ms }, TYPING_DEADLINE_MS).catch(() => undefined);
    },
    async find(jid, waMessageId) {
      const child = process();
      if (!child) return 'unasked';
      return child.call('find', { jid, waMessageId }, SEND_DEADLINE_MS).catch(() => 'unasked' as const);
    },
  };
}
