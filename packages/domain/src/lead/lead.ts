import type {
  ChatOwner,
  FieldSource,
  LeadFieldName,
  LeadStatus,
  WaitingReason,
  WriteFirstReason,
} from '../vocabulary.ts';

export interface Lead {
  readonly id: number;
  readonly workspaceId: string;
  readonly botId: string;
  readonly botName: string;
  readonly contactId: string;
  /** E.164; null while WhatsApp hides the number. */
  readonly whatsappNumber: string | null;
  /** The name WhatsApp shows. */
  readonly pushName: string | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly location: string | null;
  readonly phone: string | null;
  readonly status: LeadStatus;
  readonly owner: ChatOwner;
  readonly ownerVersion: number;
  readonly assignedTo: string | null;
  readonly capturedAt: Date;
  readonly qualifiedAt: Date | null;
  readonly lastMessageAt: Date;
  readonly lastMessage: string | null;
  readonly waitingSince: Date | null;
  readonly waitingReason: WaitingReason | null;
  /** Why WhatsApp takes nothing for this person until they write; null when it does. */
  readonly writeFirst: WriteFirstReason | null;
  readonly version: number;
}

/** The current value of each fact; null is not known. */
export type LeadValues = Readonly<Record<LeadFieldName, string | null>>;

/** What is known of a lead; of none, nothing. */
export function valuesOf(lead: LeadValues | null): LeadValues {
  return {
    name: lead?.name ?? null,
    email: lead?.email ?? null,
    location: lead?.location ?? null,
    phone: lead?.phone ?? null,
  };
}

export interface LeadField {
  readonly name: LeadFieldName;
  readonly value: string;
  readonly source: FieldSource;
  readonly messageId: number | null;
  readonly quote: string | null;
  /** 0 to 1. */
  readonly confidence: number | null;
  readonly at: Date;
}
