import { type Logger, newCorrelationId, withCorrelation } from '@wbm/runtime';
import type { EngineMessage } from '../engine/port.ts';
import type { RunnerMetrics } from '../metrics.ts';
import type { Tally } from '../past/tally.ts';
import type { BotBells, BotRows } from '../ports.ts';
import { type BufferSpace, InboundBuffer } from './inbound-buffer.ts';
import { normalise } from './normalise.ts';

type DoorOptions = {
  readonly botId: string;
  readonly rows: Pick<BotRows, 'receive'>;
  readonly bells: Pick<BotBells, 'inboundWaits'>;
  readonly space: BufferSpace;
  readonly metrics: Pick<RunnerMetrics, 'inboundLost' | 'message'>;
  readonly log: Logger;
  /** It is stored, or can never be. */
  readonly onSettled: (waMessageId: string) => void;
  /** A message with a file is stored. */
  readonly onMedia: () => void;
  /** There was no room for it. */
  readonly onDropped: (waMessageId: string) => void;
};

/** Where all comes in that a session hears: numbered, put into our words, and kept until Postgres has it. */
export class FrontDoor {
  readonly #options: DoorOptions;
  readonly #buffer: InboundBuffer;
  /** Messages seen in this run; with the epoch it gives every message its place, whatever order they are written in. */
  #seen = 0;

  constructor(options: DoorOptions) {
    this.#options = options;
    const { rows, bells, space, log, metrics, onSettled, onMedia } = options;
    this.#buffer = new InboundBuffer({
      rows,
      bells,
      space,
      log,
      onStored: ({ waMessageId, payload }) => {
        onSettled(waMessageId);
        if (hasMedia(payload)) onMedia();
      },
      onRefused: ({ waMessageId }) => {
        metrics.inboundLost('refused');
        onSettled(waMessageId);
      },
    });
  }

  /** `tally` counts it if it was not known. */
  receive(message: EngineMessage, tally?: Tally): void {
    const { botId, metrics, log, onSettled, onDropped } = this.#options;
    const { jid, waMessageId, history } = message;
    this.#seen += 1;
    const n = this.#seen;
    const normalised = normalise(message);
    if (!normalised.ok) {
      metrics.inboundLost('malformed');
      log.warn({ n, paths: normalised.paths }, 'message.malformed');
      onSettled(waMessageId);
      return;
    }
    const correlationId = newCorrelationId();
    withCorrelation(correlationId, () => log.info({ n }, 'message.received'));
    if (this.#buffer.push({ jid, waMessageId, n, payload: normalised.payload, history, correlationId }, tally)) {
      if (!message.fromMe) metrics.message(botId, 'in');
      return;
    }
    metrics.inboundLost('full');
    onDropped(waMessageId);
  }

  /** Resolves when all that was received is stored. */
  stored(): Promise<void> {
    return this.#buffer.flushed();
  }
}

function hasMedia(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'media' in payload && payload.media !== null;
}
