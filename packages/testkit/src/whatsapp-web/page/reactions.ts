import { MsgKey } from './msg-key.ts';
import { createWid } from './wid.ts';

type Reaction = {
  readonly id: string;
  /** The whole key of the message reacted to. */
  readonly key: string;
  readonly author: string;
  readonly fromMe: boolean;
  readonly emoji: string;
  readonly ms: number;
};

/** An object of its own: the library puts itself between by assigning to it. */
export const reactionTableMode = { bulkUpsert: (_reactions: readonly object[]): void => undefined };

export function tellReaction({ id, key, author, fromMe, emoji, ms }: Reaction): void {
  const parent = MsgKey.fromString(key);
  const from = createWid(author);
  reactionTableMode.bulkUpsert([
    {
      id: new MsgKey({ fromMe, remote: parent.remote, id }),
      reactionParentKey: parent,
      reactionText: emoji,
      reactionTimestamp: ms,
      author: from,
      from,
      ack: 1,
      orphan: 0,
      read: false,
    },
  ]);
}
