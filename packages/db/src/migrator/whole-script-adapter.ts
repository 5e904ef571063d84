import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, DriverAdapterError } from '@prisma/driver-adapter-utils';
import pg from 'pg';

const CHAR_OID = 18;
const TEXT_OID = 25;

/** Shows "char" columns as text, which PrismaPg knows; `connectTo` tells the engine what they were. */
class TolerantPool extends pg.Pool {
  constructor(config: pg.PoolConfig) {
    super(config);
    const query = this.query.bind(this) as (...given: readonly unknown[]) => Promise<pg.QueryArrayResult>;
    const tolerant = async (...given: readonly unknown[]) => {
      const result = await query(...given);
      for (const field of result.fields ?? []) if (field.dataTypeID === CHAR_OID) field.dataTypeID = TEXT_OID;
      return result;
    };
    this.query = tolerant as typeof this.query;
  }
}

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;

/**
 * PrismaPg as the migration engine needs it, with three differences.
 *
 * A script is sent whole. PrismaPg cuts scripts at every semicolon, which breaks the body of each SQL function and
 * runs the pieces one by one; sent whole, Postgres makes one transaction of it, so that a migration which fails or is
 * killed leaves nothing behind. (A statement that refuses to run in a transaction cannot be part of a migration.)
 *
 * The shadow database is really another database. PrismaPg passes the new name beside a connection string that wins.
 *
 * Postgres's one-byte type "char" is understood. PrismaPg refuses it, and the engine needs it to read constraints.
 */
export class WholeScriptAdapterFactory extends PrismaPg {
  readonly #url: string;
  readonly #open = new Set<pg.Pool>();

  constructor(url: string) {
    super({ connectionString: url });
    this.#url = url;
  }

  override connect(): Promise<Adapter> {
    return this.#connectTo(this.#url, async () => {});
  }

  override async connectToShadowDb(): Promise<Adapter> {
    const name = `wbm_shadow_${randomUUID().replaceAll('-', '')}`;
    await this.#asOwner(`create database "${name}" template template0`);
    const shadow = new URL(this.#url);
    shadow.pathname = `/${name}`;
    return this.#connectTo(shadow.href, () => this.#asOwner(`drop database if exists "${name}" with (force)`));
  }

  /** Ends whatever the engine left open. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((pool) => pool.end()));
    this.#open.clear();
  }

  async #connectTo(url: string, afterwards: () => Promise<void>): Promise<Adapter> {
    const pool = new TolerantPool({ connectionString: url, max: 1, connectionTimeoutMillis: 10_000 });
    pool.on('error', () => {}); // The query under way reports it; an idle one has nothing to report.
    this.#open.add(pool);
    const adapter = await new PrismaPg(pool).connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      const column = result.columnNames.indexOf('constraint_type');
      if (column >= 0) result.columnTypes[column] = ColumnTypeEnum.Character;
      return result;
    };
    adapter.executeScript = async (script) => {
      await pool.query(script).catch(inTheEnginesWords);
    };
    adapter.dispose = async () => {
      if (this.#open.delete(pool)) await pool.end();
      await afterwards();
    };
    return adapter;
  }

  async #asOwner(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url, connectionTimeoutMillis: 10_000 });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  }
}

/** The engine repeats what Postgres says of a script only when it comes as its adapters put it. */
function inTheEnginesWords(error: unknown): never {
  if (!(error instanceof pg.DatabaseError)) throw error;
  const { code = '', severity = 'ERROR', message, detail, column, hint } = error;
  throw new DriverAdapterError({ kind: 'postgres', code, severity, message, detail, column, hint });
}
