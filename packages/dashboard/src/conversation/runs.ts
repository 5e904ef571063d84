import type { MessageView } from '@wbm/contracts';
import { dayKey } from '../time/format.ts';

/** Messages of one sender within this time are one breath. */
const breathMs = 5 * 60_000;

export interface Line {
  readonly message: MessageView;
  /** Begins a run of one sender: the sender is named. */
  readonly first: boolean;
  /** Begins a day: the day is written above it. */
  readonly newDay: boolean;
}

/** A chat as it is read: oldest first, with where days and runs begin. Takes the pages newest first, as they come. */
export function linesOf(newestFirst: readonly MessageView[]): readonly Line[] {
  const messages = newestFirst.toReversed();
  return messages.map((message, n) => {
    const before = messages[n - 1];
    const newDay = !before || dayKey(before.at) !== dayKey(message.at);
    const first =
      newDay ||
      before.sender !== message.sender ||
      before.author !== message.author ||
      Date.parse(message.at) - Date.parse(before.at) > breathMs;
    return { message, first, newDay };
  });
}
