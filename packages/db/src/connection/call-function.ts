import { z } from 'zod';
import { Prisma, type PrismaClient } from '../generated/client.ts';

/** What may be handed to an SQL function. Objects travel as text made by `json`, for a parameter of type jsonb. */
export type SqlArgument = string | number | bigint | boolean | Date | null | readonly string[] | readonly number[];
export type SqlArguments = Readonly<Record<string, SqlArgument>>;

export function json(value: unknown): string {
  return JSON.stringify(value);
}

const PLAIN = /^[a-z_][a-z0-9_]*$/;

/**
 * Calls `app.<name>` with arguments by name, in one round trip, and parses each row it returns. Such functions set the
 * workspace themselves; they hold guards and state changes, never business rules.
 *
 * @throws a plain Error (bug) when the rows are not what `row` says: the function and its caller differ
 */
export async function callFunction<Row>(
  prisma: Pick<PrismaClient, '$queryRaw'>,
  name: string,
  args: SqlArguments,
  row: z.ZodType<Row>,
): Promise<Row[]> {
  const names = Object.keys(args);
  for (const word of [name, ...names])
    if (!PLAIN.test(word)) throw new Error(`not the name of anything of ours: ${word}`);
  const given = names.map((word) => Prisma.sql`${Prisma.raw(word)} => ${args[word]}`);
  const list = given.length === 0 ? Prisma.empty : Prisma.join(given);
  const rows = await prisma.$queryRaw`select * from app.${Prisma.raw(name)}(${list})`;
  const parsed = z.array(row).safeParse(rows);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.code}`).join(', ');
  throw new Error(`app.${name} returned rows that its caller does not know: ${where}`);
}
