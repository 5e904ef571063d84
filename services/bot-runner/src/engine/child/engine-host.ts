import type { ChildFrame, RunnerFrame } from '../frames.ts';
import { FRAME_VERSION } from '../frames.ts';
import { type NetworkNews, networkAsks } from '../network.ts';
import { PendingCalls } from '../pending-calls.ts';
import { type Engine, type EngineCommandName, engineCommands } from '../port.ts';
import type { EngineTable } from './engines.ts';
import { OwnLease } from './own-lease.ts';

const NETWORK_DEADLINE_MS = 8_000;
/** Exit code of a child whose lease ran out: its runner was stopped, or lost Postgres. */
export const LEASE_RAN_OUT = 75;

type HostOptions = {
  readonly engines: EngineTable;
  /** The machine's monotonic clock. */
  readonly nowMs: () => number;
  readonly send: (frame: ChildFrame) => void;
  readonly exit: (code: number) => void;
};

/** Runs one engine for a runner at the other end of an IPC channel, whichever engine it is. */
export class EngineHost {
  readonly #options: HostOptions;
  readonly #asks = new PendingCalls();
  readonly #lease: OwnLease;
  #engine: Engine | undefined;
  #onNews: (news: NetworkNews) => void = () => undefined;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#lease = new OwnLease(options.nowMs, () => options.exit(LEASE_RAN_OUT));
  }

  hear(frame: RunnerFrame): void {
    switch (frame.kind) {
      case 'begin':
        this.#engine ??= this.#create(frame);
        return;
      case 'lease':
        this.#lease.until(frame.untilMs);
        return;
      case 'command':
        void this.#carryOut(frame.id, frame.name, frame.args);
        return;
      case 'network.answer':
        if (frame.fault) this.#asks.fail(frame.id, frame.fault.code);
        else this.#asks.answer(frame.id, frame.value);
        return;
      case 'network.news':
        this.#onNews(frame.news);
    }
  }

  #create({ engine, settings }: Extract<RunnerFrame, { kind: 'begin' }>): Engine {
    return this.#options.engines[engine]({
      settings,
      mayAct: () => this.#lease.holds(),
      emit: (event) => this.#options.send({ v: FRAME_VERSION, kind: 'event', event }),
      askNetwork: async (ask, args) => {
        const value = await this.#asks.call(NETWORK_DEADLINE_MS, (id) =>
          this.#options.send({ v: FRAME_VERSION, kind: 'network.ask', id, name: ask, args }),
        );
        return networkAsks[ask].result.parse(value) as never;
      },
      onNetworkNews: (listener) => {
        this.#onNews = listener;
      },
    });
  }

  async #carryOut(id: number, name: string, args: unknown): Promise<void> {
    try {
      const value = await this.#run(name, args);
      this.#options.send({ v: FRAME_VERSION, kind: 'answer', id, value });
    } catch (error) {
      this.#options.send({ v: FRAME_VERSION, kind: 'answer', id, value: null, fault: { code: codeOf(error) } });
    }
  }

  #run(name: string, args: unknown): Promise<unknown> {
    if (!isCommand(name)) throw new Error('no-such-command');
    const engine = this.#engine;
    if (!engine) throw new Error('no-engine');
    // Checked here, right before each send, because the timer that ends this process may itself be late.
    if (name === 'send' && !this.#lease.holds()) {
      setImmediate(() => this.#options.exit(LEASE_RAN_OUT));
      throw new Error('lease-ran-out');
    }
    return engine[name](engineCommands[name].args.parse(args) as never);
  }
}

function isCommand(name: string): name is EngineCommandName {
  return Object.hasOwn(engineCommands, name);
}

/** What may be said of an error outside this process: its code or kind, never its message, which may quote content. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code.slice(0, 64);
  return /^[a-z-]{1,64}$/.test(error.message) ? error.message : error.name.slice(0, 64);
}
