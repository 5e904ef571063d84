import type { AnyInboundPayload } from '@wbm/domain';
import { type Logger, newCorrelationId, withCorrelation } from '@wbm/runtime';
import type { EngineMessage } from '../engine/port.ts';
import type { RunnerMetrics } from '../metrics.ts';
import type { Tally } from '../past/tally.ts';
import type { BotBells, BotRows } from '../ports.ts';
import { type ChangeEvent, normaliseChange, rowOfChange } from './changes.ts';
import { type BufferSpace, InboundBuffer } from './inbound-buffer.ts';
import { type Normalised, normalise } from './normalise.ts';

type Place = ReturnType<typeof rowOfChange> & { readonly after?: number };

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

  /** How much came in so far. */
  get received(): number {
    return this.#seen;
  }

  /** Of what is read from the past: `tally` counts it if it was not known, `after` is how much had come in before it was read. */
  receive(message: EngineMessage, tally?: Tally, after?: number): void {
    const { jid, waMessageId, history } = message;
    const place = { jid, waMessageId, history, ...(after === undefined ? {} : { after }) };
    if (this.#keep(place, normalise(message), tally) && !message.fromMe) {
      this.#options.metrics.message(this.#options.botId, 'in');
    }
  }

  /** What became of a message after it was told. */
  change(event: ChangeEvent): void {
    this.#keep(rowOfChange(event), normaliseChange(event));
  }

  #keep(place: Place, normalised: Normalised<AnyInboundPayload>, tally?: Tally): boolean {
    const { metrics, log, onSettled, onDropped } = this.#options;
    this.#seen += 1;
    const n = this.#seen;
    if (!normalised.ok) {
      metrics.inboundLost('malformed');
      log.warn({ n, paths: normalised.paths }, 'message.malformed');
      onSettled(place.waMessageId);
      return false;
    }
    const { payload } = normalised;
    const correlationId = newCorrelationId();
    withCorrelation(correlationId, () => log.info({ n, kind: payload.kind }, 'message.received'));
    if (this.#buffer.push({ ...place, n, payload, correlationId }, tally)) return true;
    metrics.inboundLost('full');
    onDropped(place.waMessageId);
    return false;
  }

  /** Resolves when all that was received is stored. */
  stored(): Promise<void> {
    return this.#buffer.flushed();
  }
}

function hasMedia(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'media' in payload && payload.media !== null;
}
