import { Transient } from '@wbm/runtime';
import type { EngineProcess } from '../engine/engine-process.ts';
import { FILE_DEADLINE_MS } from '../engine/file-deadlines.ts';
import { CallFailed } from '../engine/pending-calls.ts';
import type { MediaFiles, Place } from '../media/media-files.ts';
import type { Device } from '../outbound/device.ts';
import { SEND_DEADLINE_MS } from '../outbound/resolve-stranded.ts';

const TYPING_DEADLINE_MS = 1_000;

type DeviceOptions = Pick<Device, 'usable' | 'held' | 'ending'> & {
  readonly process: () => EngineProcess | undefined;
  readonly files: Pick<MediaFiles, 'lend'>;
};

/** The session behind whichever child process runs it now. */
export function engineDevice({ process, files, usable, held, ending }: DeviceOptions): Device {
  return {
    usable,
    held,
    ending,
    // A large file takes its time; what is leaving is not looked up meanwhile.
    async send({ media, ...message }) {
      let copy: Place | null = null;
      try {
        if (media !== null) copy = await files.lend(media.id);
        if (media !== null && copy === null)
          return { outcome: 'refused', reason: 'The file is not there any more. Upload it again.', why: 'media' };
        const child = process();
        if (!child) return { outcome: 'unknown' };
        const file = media && copy && { path: copy.path, kind: media.kind, mimeType: media.mimeType, name: media.name };
        return await child.call('send', { ...message, media: file }, file ? FILE_DEADLINE_MS : SEND_DEADLINE_MS);
      } catch (err) {
        if (err instanceof Transient) return { outcome: 'not-sent', reason: 'The file could not be read.' };
        const refused = err instanceof CallFailed && err.code === 'lease-ran-out';
        return refused ? { outcome: 'not-sent', reason: 'The lease ran out.' } : { outcome: 'unknown' };
      } finally {
        await copy?.remove();
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
