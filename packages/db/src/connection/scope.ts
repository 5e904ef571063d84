import { z } from 'zod';
import type { SqlArguments } from './call-function.ts';
import type { Connection, ScopedPrisma } from './connection.ts';

/** What a store works with: Postgres, seen from one workspace. */
export interface Scope {
  readonly workspaceId: string;
  /** One transaction of plain Prisma; see `Connection.inWorkspace`. */
  within<T>(work: (prisma: ScopedPrisma) => Promise<T>): Promise<T>;
  /** A function of schema `app` that returns rows; the workspace is added to its arguments. One round trip. */
  rows<Row>(name: string, args: SqlArguments, row: z.ZodType<Row>): Promise<Row[]>;
  /** The same for a function that returns one value, such as a json answer or a boolean. */
  answer<T>(name: string, args: SqlArguments, value: z.ZodType<T>): Promise<T>;
}

export function openScope(connection: Connection, workspaceId: string): Scope {
  const workspace = z.uuid().parse(workspaceId);
  return {
    workspaceId: workspace,
    within: (work) => connection.inWorkspace(workspace, work),
    rows: (name, args, row) => connection.rows(name, { workspace, ...args }, row),
    answer: (name, args, value) => connection.answer(name, { workspace, ...args }, value),
  };
}
