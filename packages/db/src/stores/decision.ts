import type { FieldSource, LeadFieldName, LeadStatus, MessageType, WaitingReason } from '@wbm/domain';

/** A fact with its evidence. `E` names the message that says so: a raw row while filing, a stored message afterwards. */
export type EvidencedField<E> = {
  readonly name: LeadFieldName;
  readonly value: string;
  readonly source: FieldSource;
  readonly quote?: string | null;
  readonly confidence?: number | null;
} & E;

/** What the rules made of new facts: the values the lead has from now on, its new stage, and why a person is wanted. */
export type Facts<E> = {
  readonly fields: readonly EvidencedField<E>[];
  /** Only what changes. */
  readonly values: Readonly<Partial<Record<LeadFieldName, string>>>;
  readonly status?: LeadStatus | null;
  readonly waitingReason?: WaitingReason | null;
};

export type FilingDecision = {
  readonly contact: { readonly lid: string | null; readonly phone: string | null; readonly pushName: string | null };
  /** In order. */
  readonly messages: readonly {
    readonly inboundId: bigint;
    readonly waMessageId: string;
    readonly sender: 'customer' | 'phone';
    readonly type: MessageType;
    readonly text: string;
    readonly at: Date;
    readonly history: boolean;
    readonly correlationId: string;
  }[];
  readonly facts: Facts<{ readonly inboundId: bigint }>;
  /** Which turn becomes due; null for none. */
  readonly due: 'reply' | 'capture' | null;
  readonly quietMs: number;
  readonly maxWaitMs: number;
  /** The lead's version the facts were decided on; 0 for no lead yet. */
  readonly expectedVersion: number;
};
