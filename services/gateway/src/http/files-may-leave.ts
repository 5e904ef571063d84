import { uncaptionedKinds } from '@wbm/domain';
import { Refused } from './problems.ts';
import type { Viewer } from './viewer.ts';

type File = { readonly mediaId: string; readonly text: string };

/** Refuses a file that would not arrive as it is meant: the bot cannot send files just now, or nobody would see its text. */
export async function refuseFileThatCannotLeave({ workspace }: Viewer, leadId: number, file: File): Promise<void> {
  const kind = file.text === '' ? undefined : (await workspace.media.get(file.mediaId))?.kind;
  if (kind && uncaptionedKinds.has(kind)) {
    throw new Refused('no-caption', 'WhatsApp shows no text beside audio and stickers. Send the text on its own.');
  }
  const lead = await workspace.leads.get(leadId);
  const bot = lead && (await workspace.bots.get(lead.botId));
  const sending = bot?.capabilities['media-out'];
  if (sending?.available !== false) return;
  throw new Refused('media-unavailable', sending.reason ?? 'Files cannot be sent just now. Send it from the phone.');
}
