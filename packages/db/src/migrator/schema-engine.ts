import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { DiffTarget, MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import { WholeScriptAdapterFactory } from './whole-script-adapter.ts';

export type { DiffTarget, MigrationList, SchemaEngine };

/** Nothing in our schemas is managed by somebody else. */
export const noFilters = { externalTables: [], externalEnums: [] };

/** The one call we need; TypeScript knows the rest only together with a browser's types. */
declare const WebAssembly: {
  instantiate(code: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

let started: Promise<typeof import('@prisma/schema-engine-wasm/schema_engine_bg')> | undefined;

/**
 * Prisma's own migration engine as WebAssembly: no download, no native binary, the same `_prisma_migrations` table as
 * `prisma migrate`. Loaded at first use, because only the migrator and `check` need its four megabytes.
 */
function startEngine() {
  started ??= (async () => {
    const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
    // Where the engine puts the reason before it dies; without it there is a wasm stack and no word.
    Object.assign(globalThis, {
      PRISMA_WASM_PANIC_REGISTRY: {
        set_message(reason: string) {
          throw new Error(`the schema engine gave up: ${reason}`);
        },
      },
    });
    const beside = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
    const code = await readFile(join(dirname(beside), 'schema_engine_bg.wasm'));
    const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': withLooseTimers(bindings) });
    bindings.__wbg_set_wasm(instance.exports);
    const start = instance.exports.__wbindgen_start;
    if (typeof start !== 'function') throw new Error('the schema engine has no entry; its version and ours differ');
    start();
    return bindings;
  })();
  return started;
}

/** The engine starts a timer for its lock and forgets it; it must not keep the migration job running ten seconds longer. */
function withLooseTimers(bindings: object): object {
  const [name, start] = Object.entries(bindings).find(([key]) => key.startsWith('__wbg_setTimeout_')) ?? [];
  if (name === undefined || typeof start !== 'function') return bindings;
  const loosely = (...given: unknown[]) => {
    const timer: unknown = start(...given);
    if (timer instanceof Object && 'unref' in timer && typeof timer.unref === 'function') timer.unref();
    return timer;
  };
  return { ...bindings, [name]: loosely };
}

/**
 * Runs `work` with an engine connected as `ownerUrl` and closes its connections afterwards.
 * `datamodel` is the text of schema.prisma: the engine reads from it which Postgres schemas are ours.
 */
export async function withSchemaEngine<T>(
  ownerUrl: string,
  datamodel: string,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const { SchemaEngine } = await startEngine();
  const adapters = new WholeScriptAdapterFactory(ownerUrl);
  try {
    const engine = await SchemaEngine.new(
      { datamodels: [['schema.prisma', datamodel]] },
      () => {}, // Its log repeats every script in full; what matters comes back as result or error.
      bindMigrationAwareSqlAdapterFactory(adapters),
    );
    try {
      return await work(engine);
    } finally {
      engine.free();
    }
  } finally {
    await adapters.close();
  }
}
