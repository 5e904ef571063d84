import { setTimeout as pause } from 'node:timers/promises';
import type { BotClient } from './bot-client.ts';
import { type FileState, fileState } from './page-files.ts';

const LOOK_MS = 200;

/** Resolves when the page is through with a file, and rejects with `late` when that takes longer than it may. */
export async function awaitFile(
  client: BotClient,
  id: string,
  untilMs: number,
): Promise<{ state: FileState; size: number }> {
  for (;;) {
    const file = await client.evaluate(fileState, id);
    if (!file) throw new Error('closed'); // The page has loaded itself again.
    if (file.state !== 'working') return file;
    if (performance.now() > untilMs) throw new Error('late');
    await pause(LOOK_MS);
  }
}
