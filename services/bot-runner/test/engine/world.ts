import type { MediaKind } from '@wbm/domain';
import type { EngineUnderTest } from './an-engine.ts';

/** A message as the customer's phone shows it. */
export interface Arrived {
  readonly id: string;
  readonly text: string;
}

/** A file that a customer sends. */
export interface FileToSend {
  readonly bytes: Buffer;
  readonly mimeType: string;
  readonly kind: MediaKind;
  readonly name?: string;
  readonly caption?: string;
}

/** A file as the customer's phone got it; `text` is its caption. */
export interface ArrivedFile extends Arrived {
  readonly mimeType: string;
  readonly bytes: Buffer;
}

/** What somebody does with a message that is there. An empty emoji takes a reaction back. */
export interface Changes {
  edits(id: string, text: string): Promise<void>;
  revokes(id: string): Promise<void>;
  reacts(id: string, emoji: string): Promise<void>;
}

/** What a customer can do to a bot, whichever network they are on. */
export interface Customer extends Changes {
  readonly jid: string;
  writes(text: string): Promise<string>;
  received(): Promise<readonly Arrived[]>;
  /** Answers the id of the message. */
  sendsFile(file: FileToSend): Promise<string>;
  files(): Promise<readonly ArrivedFile[]>;
  /** Their phone has it, or they have read it. */
  acks(id: string, ack: 2 | 3): Promise<void>;
}

/** One bot's place in a network: its engine can be started again and again, as a runner does. */
export interface Place {
  readonly ownNumber: string;
  start(): Promise<EngineUnderTest>;
  /** The phone scans the code that the engine shows. */
  scan(qr: string): Promise<void>;
  customer(who: { readonly phone: string; readonly lid?: string; readonly name?: string }): Customer;
  /** The owner answers on the phone itself. */
  answers(customer: Customer, text: string): Promise<string>;
  /** What the owner does on the phone in this chat. */
  owner(customer: Customer): Changes;
  /** The owner unlinks the device on the phone. */
  unlink(): Promise<void>;
  typing(): Promise<readonly { readonly chat: string; readonly on: boolean }[]>;
  /** These acks of the next message come in this order, and before the network answers that it has it. */
  acksNext(acks: readonly (1 | 2 | 3)[]): Promise<void>;
  /** The network takes the next message and never answers; it arrives or is lost. Resolves when the network has it. */
  keepsSilentOfNext(message: 'arrives' | 'is lost'): Promise<void>;
}

export interface World {
  readonly name: string;
  aPlace(): Promise<Place>;
}

/** Starts an engine on a place of its own and links it. */
export async function aReadyEngine(place: Place): Promise<EngineUnderTest> {
  const engine = await place.start();
  await place.scan((await engine.hears('qr')).qr);
  await engine.hears('ready');
  return engine;
}
