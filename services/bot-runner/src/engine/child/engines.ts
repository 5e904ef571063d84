import type { BuiltEngine } from '../frames.ts';
import type { AskNetwork, NetworkNews } from '../network.ts';
import type { Engine, EngineEvent } from '../port.ts';
import { createSandboxEngine } from './sandbox-engine.ts';

/** What an engine is given. */
export interface EngineContext {
  emit(event: EngineEvent): void;
  /** For simulated engines only: their network is the runner. */
  readonly askNetwork: AskNetwork;
  onNetworkNews(listener: (news: NetworkNews) => void): void;
}

export type EngineTable = Readonly<Record<BuiltEngine, (context: EngineContext) => Engine>>;

/** Every engine of this build, by its name in `bots.engine`. */
export const engines: EngineTable = { sandbox: createSandboxEngine };
