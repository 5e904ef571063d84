import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;

/**
 * PrismaPg as the migration engine needs it, with two differences.
 *
 * A script is sent whole. PrismaPg cuts scripts at every semicolon, which breaks the body of each SQL function and
 * runs the pieces one by one; sent whole, Postgres makes one transaction of it, so that a migration which fails or is
 * killed leaves nothing behind. (A statement that refuses to run in a transaction cannot be part of a migration.)
 *
 * The shadow database is really another database. PrismaPg passes the new name beside a connection string that wins.
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
    const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 10_000 });
    pool.on('error', () => {}); // The query under way reports it; an idle one has nothing to report.
    this.#open.add(pool);
    const adapter = await new PrismaPg(pool).connect();
    adapter.executeScript = async (script) => {
      await pool.query(script);
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
