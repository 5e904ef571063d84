import type { CapabilityName } from '@wbm/domain';
import type { BotClient } from './bot-client.ts';
import { areThere, resolves } from './page-capabilities.ts';

const CHECK_MS = 5_000;
const LATE = 'WhatsApp Web did not answer in time. It is checked again.';

export interface Capability {
  readonly name: CapabilityName;
  readonly available: boolean;
  /** Plain words; null when it is available. */
  readonly reason: string | null;
}

const MEDIA_IN = ['WAWebDownloadManager.downloadManager.downloadAndMaybeDecrypt'];
const MEDIA_OUT = [
  'WAWebMediaOpaqueData.createFromData',
  'WAWebPrepRawMedia.prepRawMedia',
  'WAWebMediaStorage.getOrCreateMediaObject',
  'WAWebMmsMediaTypes.msgToMediaType',
  'WAWebMediaMmsV4Upload.uploadMedia',
];

type Check = {
  readonly name: CapabilityName;
  readonly ask: (client: BotClient, me: string) => Promise<boolean>;
  readonly otherwise: string;
};

const checks: readonly Check[] = [
  {
    name: 'state',
    ask: async (client) => (await client.look()).state === 'CONNECTED',
    otherwise: 'WhatsApp Web does not say that it is connected.',
  },
  {
    name: 'own-id',
    ask: async (client) => (await client.look()).me !== null,
    otherwise: 'WhatsApp Web does not say which number it is linked to.',
  },
  {
    name: 'resolve',
    ask: (client, me) => client.evaluateWithin(CHECK_MS, resolves, me),
    otherwise:
      'WhatsApp Web does not look up numbers: new customers may show without one, and whether somebody is on WhatsApp shows only when they are written to.',
  },
  {
    name: 'helpers',
    ask: async (client) => (await client.look()).helpers,
    otherwise: 'The parts that this product puts into WhatsApp Web are not all there. Restart the bot.',
  },
  {
    name: 'media-in',
    ask: (client) => client.evaluateWithin(CHECK_MS, areThere, MEDIA_IN),
    otherwise:
      'WhatsApp Web has changed how files are fetched. Files of customers wait until this product is updated; texts are not affected.',
  },
  {
    name: 'media-out',
    ask: (client) => client.evaluateWithin(CHECK_MS, areThere, MEDIA_OUT),
    otherwise:
      'WhatsApp Web has changed how files are sent. Send files from the phone until this product is updated; texts are not affected.',
  },
];

/** What the session can do, looked at and not tried. `me`: our own address. Never rejects. */
export function checkCapabilities(client: BotClient, me: string): Promise<Capability[]> {
  return Promise.all(
    checks.map(async ({ name, ask, otherwise }) => {
      const answer = await ask(client, me).catch((error: unknown) => (isLate(error) ? null : false));
      return { name, available: answer === true, reason: answer === true ? null : answer === null ? LATE : otherwise };
    }),
  );
}

function isLate(error: unknown): boolean {
  return error instanceof Error && error.message === 'late';
}
