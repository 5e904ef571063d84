import { Refused } from './problems.ts';
import type { Viewer } from './viewer.ts';

/** Refuses a file for a chat whose bot cannot send files just now; texts are not affected. */
export async function refuseFileThatCannotLeave({ workspace }: Viewer, leadId: number): Promise<void> {
  const lead = await workspace.leads.get(leadId);
  const bot = lead && (await workspace.bots.get(lead.botId));
  const sending = bot?.capabilities['media-out'];
  if (sending?.available !== false) return;
  throw new Refused('media-unavailable', sending.reason ?? 'Files cannot be sent just now. Send it from the phone.');
}
