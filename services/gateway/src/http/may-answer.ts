import { mayAnswer } from '@wbm/domain';
import type { Viewer } from './viewer.ts';

/** Whether the bot of this chat would answer a customer at this moment. False, too, when there is no such chat. */
export async function botMayAnswer({ workspace }: Viewer, leadId: number, now: Date): Promise<boolean> {
  const lead = await workspace.leads.get(leadId);
  if (lead === null) return false;
  const [bot, features] = await Promise.all([workspace.bots.get(lead.botId), workspace.features.get(lead.botId)]);
  return bot !== null && features !== null && mayAnswer({ bot, features, now });
}
