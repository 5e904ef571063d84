import type { BuiltEngine } from '../frames.ts';
import type { AskNetwork, NetworkNews } from '../network.ts';
import type { Engine, EngineEvent } from '../port.ts';
import type { WhatsAppWebSettings } from '../whatsapp-web-settings.ts';
import { createSandboxEngine } from './sandbox-engine.ts';
import { createWhatsAppWebEngine } from './whatsapp-web/whatsapp-web-engine.ts';

/** What an engine is given. */
export interface EngineContext {
  emit(event: EngineEvent): void;
  /** For simulated engines only: their network is the runner. */
  readonly askNetwork: AskNetwork;
  onNetworkNews(listener: (news: NetworkNews) => void): void;
  /** For the engine they are named after only. */
  readonly settings?: WhatsAppWebSettings | undefined;
  /** Whether this process still has the bot's lease. Checked before each send; to be asked again after what takes long. */
  readonly mayAct?: () => boolean;
}

export type EngineTable = Readonly<Record<BuiltEngine, (context: EngineContext) => Engine>>;

/** Every engine of this build, by its name in `bots.engine`. */
export const engines: EngineTable = { sandbox: createSandboxEngine, 'whatsapp-web.js': createWhatsAppWebEngine };
