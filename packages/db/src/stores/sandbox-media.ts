import { type Media, type MessageType, mediaKinds, mediaStates, messageTypes } from '@wbm/domain';
import { z } from 'zod';
import type { ScopedPrisma } from '../connection/connection.ts';
import { Prisma } from '../generated/client.ts';

/** What the file will be in the chat; null when it is no upload that can be sent. Locked, so that nobody removes it meanwhile. */
export async function lockStored(prisma: ScopedPrisma, mediaId: string): Promise<MessageType | null> {
  const rows = await prisma.$queryRaw<{ kind: string }[]>(
    Prisma.sql`select kind from media where id = ${mediaId}::uuid and state = 'stored' and wa_message_id is null for share`,
  );
  return rows[0] === undefined ? null : typeOfRow(rows[0].kind);
}

export function typeOfRow(type: string): MessageType {
  return z.enum(messageTypes).parse(type);
}

type MediaOfPrisma = {
  readonly id: string;
  readonly kind: string;
  readonly mimeType: string;
  readonly name: string | null;
  readonly size: bigint | null;
  readonly seconds: number | null;
  readonly state: string;
};

export function mediaOfRow(row: MediaOfPrisma | null): Media | null {
  if (row === null) return null;
  const { id, mimeType, name, size, seconds } = row;
  return {
    id,
    kind: z.enum(mediaKinds).parse(row.kind),
    mimeType,
    name,
    size: size === null ? null : Number(size),
    seconds,
    state: z.enum(mediaStates).parse(row.state),
  };
}
