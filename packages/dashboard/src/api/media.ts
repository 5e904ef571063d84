import { command } from './request.ts';

/** Asks WhatsApp once more for a file that could not be had. It comes as soon as its bot is ready. */
export function fetchAgain(mediaId: string): Promise<void> {
  return command(`/api/media/${mediaId}/fetch`);
}
