import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SelfTest } from '@wbm/domain';
import type { EngineProcess } from '../engine/engine-process.ts';
import { FILE_DEADLINE_MS } from '../engine/file-deadlines.ts';
import type { MediaToSend, SendOutcome } from '../engine/port.ts';
import { SEND_DEADLINE_MS } from '../outbound/resolve-stranded.ts';

const TEXT = 'A test of your bot: this text and a small picture are sent to your own number.';
const UNCONFIRMED = 'WhatsApp did not confirm it. Look at the chat with your own number on the phone.';
/** One green pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** What went wrong with each, in plain words; null for what went well. */
export type SelfTestFaults = Pick<SelfTest, 'text' | 'picture'>;
type Process = Pick<EngineProcess, 'call'>;

/** Sends a text and a picture to the bot's own number, which is E.164. Does not reject for what the engine does. */
export async function selfTest(process: Process, ownNumber: string): Promise<SelfTestFaults> {
  const jid = `${ownNumber.replace(/\D/g, '')}@c.us`;
  const dir = await mkdtemp(join(tmpdir(), 'wbm-self-test-'));
  try {
    const path = join(dir, 'picture.png');
    await writeFile(path, PICTURE, { mode: 0o600 });
    const text = await send(process, jid, TEXT, null);
    const picture = await send(process, jid, '', { path, kind: 'image', mimeType: 'image/png', name: 'picture.png' });
    return { text, picture };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function send(process: Process, jid: string, text: string, media: MediaToSend | null): Promise<string | null> {
  const waMessageId = `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
  const deadlineMs = media ? FILE_DEADLINE_MS : SEND_DEADLINE_MS;
  const outcome: SendOutcome = await process
    .call('send', { jid, text, waMessageId, media }, deadlineMs)
    .catch(() => ({ outcome: 'unknown' }) as const);
  if (outcome.outcome === 'sent') return null;
  return outcome.outcome === 'unknown' ? UNCONFIRMED : outcome.reason;
}
