import { ourSpelling } from '../identity/phone.ts';
import type { BotState, BotStatus, CapabilityName, EngineKind, LeadFieldName } from '../vocabulary.ts';

/** Every entry must be met; an entry is met by any of its facts. `[['name'], ['phone', 'email']]` is name and (phone or e-mail). */
export type QualificationRule = readonly (readonly LeadFieldName[])[];

/** What the last reading of the past brought. Nothing in it is told one by one. */
export interface CatchUpSummary {
  /** ISO. */
  readonly at: string;
  readonly chats: number;
  /** Messages that were not known before. */
  readonly messages: number;
}

/** What a session can and cannot do, as last checked; what is not named was never checked. `reason`: plain words. */
export type Capabilities = {
  readonly [K in CapabilityName]?: { readonly available: boolean; readonly reason: string | null };
};

/** How a test that a person asked for went: a text and a picture to the own number. Null words mean that it went well. */
export interface SelfTest {
  /** ISO. */
  readonly at: string;
  readonly text: string | null;
  readonly picture: string | null;
}

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
  /** E.164, as WhatsApp spells it; `ownPhone` is what other numbers are compared with. */
  readonly ownNumber: string | null;
  readonly qr: string | null;
  readonly qrExpiresAt: Date | null;
  readonly pairingCode: string | null;
  /** Percent of the history read. */
  readonly progress: number | null;
  /** What was missed and is older than this is kept and answered by nobody. */
  readonly answerAgeMs: number;
  /** Whether the model reads facts out of what was written before the bot listened. */
  readonly historyCapture: boolean;
  readonly catchUp: CatchUpSummary | null;
  /** Since when its number is known to us. */
  readonly linkedAt: Date | null;
  /** Messages, set by a person instead of what the number's age allows. */
  readonly sendPerMinute: number | null;
  readonly sendPerDay: number | null;
  readonly capabilities: Capabilities;
  readonly selfTest: SelfTest | null;
}

/** The bot's own number as we spell everybody's: WhatsApp's ids of Brazilian mobiles often lack the ninth digit. */
export function ownPhone({ ownNumber }: Pick<Bot, 'ownNumber'>): string | null {
  return ownNumber === null ? null : ourSpelling(ownNumber);
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
