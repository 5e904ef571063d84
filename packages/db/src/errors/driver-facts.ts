/** What can be told of a driver's error without quoting it. */
export type DriverFacts = {
  readonly sqlState: string | undefined;
  readonly constraint: string | undefined;
  /** Codes and kinds met on the way: `P2002`, `ECONNRESET`, `UniqueConstraintViolation`. */
  readonly words: readonly string[];
  /** Messages, for recognition only; never to be shown. */
  readonly prose: readonly string[];
};

const SQLSTATE = /^[0-9A-Z]{5}$/;
const PRISMA_CODE = /^P[1-6]\d{3}$/;

/** What pg says, without any code, of a connection that is not there. */
export const lostConnectionProse =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|Query read timeout|Connection ended|Server has closed the connection)/i;

/** Walks an error, its causes and Prisma's `meta`; undefined when neither pg, Prisma nor a socket made it. */
export function factsOf(error: Error): DriverFacts | undefined {
  const words = new Set<string>();
  const prose: string[] = [];
  let sqlState: string | undefined;
  let constraint: string | undefined;
  const queue: unknown[] = [error];
  for (let seen = 0; queue.length > 0 && seen < 20; seen += 1) {
    const item = queue.shift();
    if (typeof item !== 'object' || item === null) continue;
    const entry = item as Record<string, unknown>;
    for (const code of [entry.code, entry.originalCode, entry.kind, entry.name]) {
      if (typeof code !== 'string') continue;
      if (PRISMA_CODE.test(code) || !SQLSTATE.test(code)) words.add(code);
      else sqlState ??= code;
    }
    if (typeof entry.message === 'string') prose.push(entry.message);
    constraint ??= nameOfConstraint(entry.constraint);
    queue.push(entry.cause, entry.meta, entry.driverAdapterError, ...(Array.isArray(entry.errors) ? entry.errors : []));
  }
  const ours = sqlState !== undefined || [...words].some((word) => /^(P[1-6]\d{3}$|E[A-Z_]+$|PrismaClient)/.test(word));
  if (!ours && !prose.some((line) => lostConnectionProse.test(line))) return undefined;
  return { sqlState, constraint, words: [...words].filter((word) => word !== 'Error' && word !== 'error'), prose };
}

function nameOfConstraint(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if ('index' in value && typeof value.index === 'string') return value.index;
  return 'fields' in value && Array.isArray(value.fields) ? value.fields.join(',') : undefined;
}
