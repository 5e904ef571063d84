import type { Lead, LeadField, LeadStatus } from '@wbm/domain';
import { z } from 'zod';
import { callForAnswer } from '../connection/call-function.ts';
import type { ScopedPrisma } from '../connection/connection.ts';
import type { Scope } from '../connection/scope.ts';
import { Prisma } from '../generated/client.ts';
import { leadFieldRow, leadRow } from '../rows/lead-row.ts';
import { recordAudit } from './audit.ts';
import { cursorOf, momentKey, serialKey } from './cursor.ts';

export type LeadQuery = {
  readonly botId?: string | undefined;
  readonly status?: LeadStatus | undefined;
  /** An e-mail, or null for leads nobody has. */
  readonly assignedTo?: string | null | undefined;
  /** Only leads that wait for a person. They come in the order of their waiting. */
  readonly waiting?: true | undefined;
  /** Part of a name, number, e-mail or place. */
  readonly q?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

const messageIds = z.array(z.int());
const takeover = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('taken'), botId: z.string(), cancelled: messageIds, leaving: messageIds }),
  z.object({ outcome: z.literal('mine'), cancelled: messageIds, leaving: messageIds }),
  z.object({ outcome: z.literal('taken-by-other'), assignedTo: z.string() }),
  z.object({ outcome: z.literal('not-found') }),
]);
const release = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('released'), botId: z.string(), replyInMs: z.int().nullable() }),
  z.object({ outcome: z.literal('already') }),
  z.object({ outcome: z.literal('not-yours'), assignedTo: z.string() }),
  z.object({ outcome: z.literal('not-found') }),
]);

/** `leaving`: bot messages claimed before the takeover, which may still reach the customer; at most one. */
export type TakeoverOutcome = z.output<typeof takeover>;
export type ReleaseOutcome = z.output<typeof release>;

export interface LeadStore {
  /** Newest message first; leads that wait, longest first. A cursor of the one order is none of the other. */
  list(query: LeadQuery): Promise<{ items: Lead[]; nextCursor: string | null } | 'bad-cursor'>;
  get(leadId: number): Promise<Lead | null>;
  /** Newest first; the first of each name with the lead's value is the current one. */
  fields(leadId: number): Promise<LeadField[]>;
  /** A person takes the chat, by their own claim or, with `force`, by whoever assigns it (`by`). */
  takeOver(
    leadId: number,
    assignee: string,
    how: { readonly force: boolean; readonly by?: string },
  ): Promise<TakeoverOutcome>;
  /** Gives the chat back to the bot. A customer who is owed an answer waits for a person when it may not answer now. */
  release(
    leadId: number,
    by: string,
    how: { readonly force: boolean; readonly mayAnswer: boolean },
  ): Promise<ReleaseOutcome>;
}

interface Order {
  readonly by: Prisma.Sql;
  /** Where the page after this lead begins. */
  readonly cursorAfter: (lead: Lead) => string;
  /** What a lead must fulfil to come after the cursor; undefined when it is none of ours. */
  readonly after: (cursor: string) => Prisma.Sql | undefined;
}

const place = [momentKey, serialKey] as const;
const newestPlace = cursorOf(z.tuple(place));
const waitingPlace = cursorOf(z.tuple([z.literal('waiting'), ...place]));

const newestFirst: Order = {
  by: Prisma.sql`l.last_message_at desc, l.id desc`,
  cursorAfter: (lead) => newestPlace.write([lead.lastMessageAt.toISOString(), lead.id]),
  after(cursor) {
    const last = newestPlace.read(cursor);
    return last && Prisma.sql`(l.last_message_at, l.id) < (${new Date(last[0])}, ${last[1]})`;
  },
};
const longestWaitingFirst: Order = {
  by: Prisma.sql`l.waiting_since, l.id`,
  cursorAfter({ waitingSince, id }) {
    if (waitingSince === null) throw new Error(`lead ${id} is listed as waiting and does not wait`);
    return waitingPlace.write(['waiting', waitingSince.toISOString(), id]);
  },
  after(cursor) {
    const last = waitingPlace.read(cursor);
    return last && Prisma.sql`(l.waiting_since, l.id) > (${new Date(last[1])}, ${last[2]})`;
  },
};

export function leadStore(scope: Scope): LeadStore {
  const { workspaceId } = scope;
  return {
    async list(query) {
      const order = query.waiting ? longestWaitingFirst : newestFirst;
      const after = query.cursor === undefined ? Prisma.sql`true` : order.after(query.cursor);
      if (after === undefined) return 'bad-cursor';
      const where = Prisma.join([after, ...conditions(query)], ' and ');
      const found = await scope.within((prisma) =>
        read(prisma, Prisma.sql`where ${where} order by ${order.by} limit ${query.limit + 1}`),
      );
      const items = found.slice(0, query.limit);
      const last = items.at(-1);
      return { items, nextCursor: found.length > query.limit && last ? order.cursorAfter(last) : null };
    },
    get: (leadId) =>
      scope.within(async (prisma) => (await read(prisma, Prisma.sql`where l.id = ${leadId}`))[0] ?? null),
    fields: (leadId) =>
      scope.within(async (prisma) => {
        const rows = await prisma.leadField.findMany({ where: { leadId }, orderBy: { id: 'desc' } });
        return rows.map((row) => leadFieldRow.parse({ ...row, at: row.createdAt }));
      }),
    takeOver: (leadId, assignee, { force, by = assignee }) =>
      scope.within(async (prisma) => {
        const args = { workspace: workspaceId, lead: leadId, assignee, force };
        const outcome = await callForAnswer(prisma, 'take_over', args, takeover);
        if (outcome.outcome === 'taken') {
          const details = { assignee, cancelled: outcome.cancelled.length, leaving: outcome.leaving.length };
          const entry = { actor: by, action: 'lead.taken-over', subject: `lead:${leadId}`, details };
          await recordAudit(prisma, workspaceId, entry);
        }
        return outcome;
      }),
    release: (leadId, by, { force, mayAnswer }) =>
      scope.within(async (prisma) => {
        const lead = await prisma.lead.findUnique({
          where: { id: leadId },
          select: { bot: { select: { quietMs: true } } },
        });
        if (lead === null) return { outcome: 'not-found' as const };
        const args = { workspace: workspaceId, lead: leadId, by, force, quietMs: lead.bot.quietMs, mayAnswer };
        const outcome = await callForAnswer(prisma, 'release_lead', args, release);
        if (outcome.outcome === 'released') {
          await recordAudit(prisma, workspaceId, { actor: by, action: 'lead.released', subject: `lead:${leadId}` });
        }
        return outcome;
      }),
  };
}

function conditions({ botId, status, assignedTo, waiting, q }: LeadQuery): Prisma.Sql[] {
  return [
    ...(botId === undefined ? [] : [Prisma.sql`l.bot_id = ${botId}`]),
    ...(status === undefined ? [] : [Prisma.sql`l.status = ${status}`]),
    ...(assignedTo === undefined ? [] : [Prisma.sql`l.assigned_to is not distinct from ${assignedTo}`]),
    ...(waiting ? [Prisma.sql`l.waiting_since is not null`] : []),
    ...(q === undefined ? [] : [matching(`%${q.replaceAll(/[\\%_]/g, '\\$&')}%`)]),
  ];
}

function matching(pattern: string): Prisma.Sql {
  return Prisma.sql`(l.name ilike ${pattern} or l.email ilike ${pattern} or l.phone ilike ${pattern}
    or l.location ilike ${pattern} or l.whatsapp_number ilike ${pattern}
    or exists (select 1 from contacts c where c.id = l.contact_id and c.push_name ilike ${pattern}))`;
}

async function read(prisma: ScopedPrisma, which: Prisma.Sql): Promise<Lead[]> {
  const rows = await prisma.$queryRaw<{ lead: unknown }[]>`select app.lead_json(l) as lead from leads l ${which}`;
  return rows.map((row) => leadRow.parse(row.lead));
}
