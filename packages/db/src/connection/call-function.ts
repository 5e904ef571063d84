import { z } from 'zod';
import { Prisma, type PrismaClient } from '../generated/client.ts';

/** What may be handed to an SQL function. Objects travel as text made by `json`, for a parameter of type jsonb. */
export type SqlArgument = string | number | bigint | boolean | Date | null | readonly string[];
/** By the parameter's name without its prefix: `leaseMs` is `p_lease_ms`. */
export type SqlArguments = Readonly<Record<string, SqlArgument>>;
type Raw = Pick<PrismaClient, '$queryRaw'>;

/** What jsonb can hold: it knows neither the character NUL nor half of a surrogate pair, and people and models write both. */
export function json(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'string' ? item.replaceAll('\0', '').toWellFormed() : item,
  );
}

/**
 * Calls `app.<name>` with arguments by name and parses each row it returns. One round trip.
 * Such functions set the workspace themselves; they hold guards and state changes, never business rules.
 *
 * @throws a plain Error (bug) when the rows are not what `row` says: the function and its caller differ
 */
export async function callForRows<Row>(
  prisma: Raw,
  name: string,
  args: SqlArguments,
  row: z.ZodType<Row>,
): Promise<Row[]> {
  return parsed(name, z.array(row), await prisma.$queryRaw`select * from ${callOf(name, args)}`);
}

/** The same for a function that returns one value. */
export async function callForAnswer<T>(prisma: Raw, name: string, args: SqlArguments, value: z.ZodType<T>): Promise<T> {
  const rows = await prisma.$queryRaw<{ answer: unknown }[]>`select ${callOf(name, args)} as answer`;
  return parsed(name, value, rows[0]?.answer);
}

const PLAIN = /^[a-z_][A-Za-z0-9_]*$/;

function callOf(name: string, args: SqlArguments): Prisma.Sql {
  const given = Object.entries(args).map(([key, value]) => {
    if (!PLAIN.test(key)) throw new Error(`not the name of a parameter of ours: ${key}`);
    const parameter = `p_${key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
    return Prisma.sql`${Prisma.raw(parameter)} => ${value}`;
  });
  if (!PLAIN.test(name)) throw new Error(`not the name of a function of ours: ${name}`);
  return Prisma.sql`app.${Prisma.raw(name)}(${given.length === 0 ? Prisma.empty : Prisma.join(given)})`;
}

function parsed<T>(name: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const where = result.error.issues.map((issue) => `${issue.path.join('.') || '(all)'} ${issue.code}`).join(', ');
  throw new Error(`app.${name} answered what its caller does not know: ${where}`);
}
