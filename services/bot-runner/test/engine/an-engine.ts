import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeAfterwards, waitFor } from '@wbm/testkit';
import { onTestFinished } from 'vitest';
import { type EngineProcess, startEngineProcess } from '../../src/engine/engine-process.ts';
import type { BuiltEngine } from '../../src/engine/frames.ts';
import { machineMs } from '../../src/engine/machine-clock.ts';
import type { NetworkSide } from '../../src/engine/network.ts';
import type { EngineArgs, EngineCommandName, EngineEvent, EngineMessage } from '../../src/engine/port.ts';
import { warmEngines } from '../../src/engine/warm-engines.ts';
import type { WhatsAppWebSettings } from '../../src/engine/whatsapp-web-settings.ts';

type Named<E extends EngineEvent['event']> = Extract<EngineEvent, { event: E }>;
export type EngineOptions = {
  readonly engine: BuiltEngine;
  readonly settings: WhatsAppWebSettings;
  readonly network: NetworkSide;
};

/** Where the children of this file find their compiled code. */
export const cacheDir = aFolder('engine-cache');
await warmEngines(cacheDir);

/** A folder that is removed after the test file. */
export function aFolder(name: string): string {
  const path = mkdtempSync(join(tmpdir(), `wbm-${name}-`));
  closeAfterwards(`folder ${name}`, () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

function doesNotParse(paths: readonly string[]): never {
  throw new Error(`the engine told something that does not parse: ${paths.join(', ')}`);
}

/** A bot's child process as its runner starts it, and everything it told. */
export function anEngine({ engine, settings, network }: EngineOptions) {
  const events: EngineEvent[] = [];
  const child: EngineProcess = startEngineProcess({
    engine,
    settings,
    network,
    cacheDir,
    leaseUntilMs: machineMs() + 600_000,
    onEvent: (event) => events.push(event),
    onBadEvent: doesNotParse,
    onGarbage: doesNotParse,
  });
  const of = <E extends EngineEvent['event']>(name: E) => events.filter((one): one is Named<E> => one.event === name);
  const self = {
    child,
    events,
    of,
    call: <K extends EngineCommandName>(name: K, args: EngineArgs<K>, deadlineMs = 60_000) =>
      child.call(name, args, deadlineMs),
    /** The first such event, however long ago it was told. */
    async hears<E extends EngineEvent['event']>(
      name: E,
      fits: (event: Named<E>) => boolean = () => true,
      timeoutMs = 30_000,
    ): Promise<Named<E>> {
      const seen = () => of(name).find(fits) ?? null;
      return waitFor(async () => seen(), {
        what: `${name} among ${events.map((one) => ('state' in one ? `${one.event} ${one.state}` : one.event)).join(', ')}`,
        timeoutMs,
      });
    },
    /** What it has told by now is told no more. */
    forget: () => events.splice(0),
    messages: (): EngineMessage[] => of('message').map(({ message }) => message),
    async stop(): Promise<void> {
      await child.call('stop', {}, 10_000).catch(() => undefined);
      void child.kill();
      await child.ended;
    },
    /** `browserMs`: as `EngineProcess.kill`, whose end of the browser is not waited for. */
    async kill(browserMs?: number): Promise<void> {
      void child.kill(browserMs);
      await child.ended;
    },
  };
  onTestFinished(() => self.stop());
  return self;
}
export type EngineUnderTest = ReturnType<typeof anEngine>;
