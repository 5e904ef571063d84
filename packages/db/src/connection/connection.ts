import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import type { z } from 'zod';
import { databaseFailure } from '../errors/database-failure.ts';
import { type Prisma, PrismaClient } from '../generated/client.ts';
import { callForAnswer, callForRows, type SqlArguments } from './call-function.ts';
import { openPool, type PoolOptions } from './open-pool.ts';

/** Prisma inside a transaction whose connection sees one workspace only. */
export type ScopedPrisma = Prisma.TransactionClient;

/** The way from a store to Postgres. Not exported from the package: outside there are only stores. */
export interface Connection {
  /**
   * Runs `work` in one transaction (read committed) that sees and touches only this workspace. For what is not a hot
   * path: it costs four round trips more than a function. Never call a model, Redis or HTTP inside, and never another
   * `inWorkspace`: the inner one would wait for a connection the outer one may hold.
   */
  inWorkspace<T>(workspaceId: string, work: (prisma: ScopedPrisma) => Promise<T>): Promise<T>;
  /** Calls a function of schema `app` in one round trip; see `callForRows`. */
  rows<Row>(name: string, args: SqlArguments, row: z.ZodType<Row>): Promise<Row[]>;
  answer<T>(name: string, args: SqlArguments, value: z.ZodType<T>): Promise<T>;
  ping(): Promise<void>;
  limits(): Promise<{ readonly maxConnections: number; readonly reserved: number }>;
  close(): Promise<void>;
}

const WAIT_FOR_CONNECTION_MS = 5_000;
const TRANSACTION_MS = 15_000;

export function openConnection(options: PoolOptions): Connection {
  const pool = openPool(options);
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool),
    errorFormat: 'minimal', // The other formats quote arguments, that is, what people wrote.
    transactionOptions: { maxWait: WAIT_FOR_CONNECTION_MS, timeout: TRANSACTION_MS },
  });
  const inside = new AsyncLocalStorage<string>();

  return {
    async inWorkspace(workspaceId, work) {
      if (inside.getStore() !== undefined) throw new Error('inWorkspace inside inWorkspace: pass the first one on');
      return sorted(
        prisma.$transaction((tx) =>
          inside.run(workspaceId, async () => {
            await tx.$executeRaw`select set_config('app.workspace_id', ${workspaceId}, true)`;
            return work(tx);
          }),
        ),
      );
    },
    rows: (name, args, row) => sorted(callForRows(prisma, name, args, row)),
    answer: (name, args, value) => sorted(callForAnswer(prisma, name, args, value)),
    async ping() {
      await sorted(prisma.$queryRaw`select 1`);
    },
    async limits() {
      const { rows } = await sorted(
        pool.query<{ max: number; reserved: number }>(
          `select current_setting('max_connections')::int as max,
                  current_setting('superuser_reserved_connections')::int
                  + coalesce(current_setting('reserved_connections', true), '0')::int as reserved`,
        ),
      );
      return { maxConnections: rows[0]?.max ?? 0, reserved: rows[0]?.reserved ?? 0 };
    },
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/** Lets the value through and gives a failure its sort. */
async function sorted<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw databaseFailure(error);
  }
}
