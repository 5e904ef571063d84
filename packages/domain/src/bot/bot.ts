import type { BotState, BotStatus, EngineKind, LeadFieldName } from '../vocabulary.ts';

/** Every entry must be met; an entry is met by any of its facts. `[['name'], ['phone', 'email']]` is name and (phone or e-mail). */
export type QualificationRule = readonly (readonly LeadFieldName[])[];

export interface Bot {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly prompt: string;
  readonly promptVersion: number;
  readonly engine: EngineKind;
  /** What is wanted. */
  readonly status: BotStatus;
  readonly ownerEmail: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly quietMs: number;
  readonly maxWaitMs: number;
  readonly qualification: QualificationRule;
  readonly version: number;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
  /** What is. */
  readonly state: BotState;
  readonly stateReason: string | null;
  readonly stateAt: Date;
  /** E.164. */
  readonly ownNumber: string | null;
  readonly qr: string | null;
  readonly qrExpiresAt: Date | null;
  readonly pairingCode: string | null;
  /** Percent of the history read. */
  readonly progress: number | null;
}

export interface BotFeatures {
  readonly botId: string;
  readonly schedulingEnabled: boolean;
  readonly autoResponseEnabled: boolean;
  readonly leadCaptureEnabled: boolean;
  readonly workingHoursEnabled: boolean;
  /** `HH:MM` in the bot's time zone; an end before the start means over midnight. */
  readonly workingHoursStart: string;
  readonly workingHoursEnd: string;
  readonly updatedAt: Date;
  readonly version: number;
}
