import { Permanent, type SafeContext, Transient } from '@wbm/runtime';
import { ConstraintViolation, constraintKindOf } from './constraint-violation.ts';
import { type DriverFacts, factsOf, lostConnectionProse } from './driver-facts.ts';

/** SQLSTATE classes and codes after which the same statement may well succeed. */
const passing = [
  '08', // connection exceptions
  '53', // out of connections, memory, disk
  '57P', // the server shuts down, crashed, starts up, or ended our idle session
  '57014', // our statement_timeout, or an operator, cancelled it
  '40001', // serialization failure
  '40P01', // deadlock
  '55P03', // lock not available
  '25P03', // idle in transaction for too long
  '25006', // read-only: the primary is just being changed
  '58', // the server's own disk
];

/** What node and Prisma call a connection that is not there. */
const lostConnection =
  /ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections|TransactionWriteConflict|P1001|P1002|P1008|P1017|P2024|P2028|P2034|P2037/;

/**
 * The one place where an error of pg or Prisma gets its sort: `Transient` when trying again may help,
 * `ConstraintViolation` when the database refused the row, `Permanent` when configuration or rights are wrong.
 * Anything else — a syntax error, an unknown column, an invalid argument — is a bug and comes back as it is, only
 * without what it quotes from rows.
 */
export function databaseFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Transient || error instanceof Permanent) return error;
  const facts = factsOf(error);
  if (facts === undefined) return error;
  const cause = withoutContent(error, facts);
  const context: SafeContext = facts.sqlState === undefined ? {} : { sqlState: facts.sqlState };
  const kind = constraintKindOf(facts);
  if (kind !== undefined) return new ConstraintViolation(kind, facts.constraint, { cause });
  if (facts.sqlState !== undefined && passing.some((prefix) => facts.sqlState?.startsWith(prefix))) {
    return new Transient('db.unavailable', 'Postgres could not do this now', { cause, context });
  }
  if (
    facts.words.some((word) => lostConnection.test(word)) ||
    facts.prose.some((line) => lostConnectionProse.test(line))
  ) {
    return new Transient('db.unreachable', 'Postgres is not reachable', { cause, context });
  }
  if (facts.sqlState?.startsWith('28') || facts.words.includes('AuthenticationFailed')) {
    return new Permanent('db.login-refused', 'Postgres refuses this user or password', { cause, context });
  }
  if (facts.sqlState === '3D000') {
    return new Permanent('db.no-such-database', 'the database named in the URL does not exist', { cause, context });
  }
  if (facts.sqlState === '42501') {
    return new Permanent('db.not-permitted', 'this role may not do that', { cause, context });
  }
  return cause;
}

/** The SQLSTATE of an error of pg or Prisma, wherever in its causes it hides. */
export function sqlStateOf(error: unknown): string | undefined {
  return error instanceof Error ? factsOf(error)?.sqlState : undefined;
}

/**
 * Which value spoiled a statement: the code of what the database said of the data it was given, null when it was no fault of
 * the data. Two that were faster than each other are none either.
 */
export function dataFault(error: unknown): string | null {
  if (error instanceof ConstraintViolation) return error.kind === 'unique' ? null : error.code;
  const state = sqlStateOf(error);
  return state?.startsWith('22') ? `db.${state}` : null;
}

/** Messages and details of Postgres and Prisma quote values (`Key (phone)=(…) already exists`); stacks do not. */
function withoutContent(error: Error, facts: DriverFacts): Error {
  const parts = [facts.sqlState && `SQLSTATE ${facts.sqlState}`, facts.constraint, ...facts.words].filter(Boolean);
  const plain = new Error(parts.join(' ') || error.name);
  plain.name = error.name;
  if (facts.sqlState !== undefined) Object.assign(plain, { code: facts.sqlState });
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  plain.stack = [`${plain.name}: ${plain.message}`, ...frames].join('\n');
  return plain;
}
