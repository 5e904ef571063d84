import type { Logger } from '@wbm/runtime';
import type { BuiltEngine } from '../engine/frames.ts';
import type { NetworkSide } from '../engine/network.ts';
import type { WhatsAppWebSettings } from '../engine/whatsapp-web-settings.ts';
import type { BufferSpace } from '../inbound/inbound-buffer.ts';
import type { Lease } from '../lease/lease.ts';
import type { MediaFiles } from '../media/media-files.ts';
import type { RunnerMetrics } from '../metrics.ts';
import type { BotBells, BotRows } from '../ports.ts';
import type { BotSession } from '../sessions/bot-session.ts';
import type { StartGates } from './start-gate.ts';

/** What a run of a bot works with. */
export interface RunSurroundings {
  readonly rows: BotRows;
  readonly files: MediaFiles;
  readonly bells: BotBells;
  readonly lease: Lease;
  readonly space: BufferSpace;
  readonly gates: StartGates;
  /** Where Node keeps the engines' compiled code. */
  readonly engineCacheDir: string;
  /** See the supervisor's. */
  readonly settings: (engine: BuiltEngine) => Promise<WhatsAppWebSettings | null>;
  readonly session: BotSession;
  /** For simulated engines. */
  readonly network: NetworkSide;
  /** Its session is ready: what it takes can be measured now. */
  readonly onReady: () => void;
  readonly metrics: RunnerMetrics;
  readonly log: Logger;
}
