import { today } from './today.ts';
import { createWid, type Wid } from './wid.ts';

type KeyParts = {
  readonly id: string;
  readonly participant?: unknown;
  readonly fromMe?: boolean;
  readonly remote?: unknown;
  readonly from?: unknown;
  readonly to?: unknown;
  readonly selfDir?: 'in' | 'out';
};

/** The module `WAWebMsgKey`, which is the class itself. Its text is `fromMe_chat_id[_participant]`. */
export class MsgKey {
  readonly fromMe: boolean;
  readonly remote: Wid;
  readonly id: string;
  declare readonly participant?: Wid;
  [serialized: string]: unknown;

  constructor(parts: KeyParts) {
    this.fromMe = parts.fromMe ?? parts.selfDir === 'out';
    this.remote = createWid(parts.remote ?? (this.fromMe ? parts.to : parts.from));
    this.id = parts.id;
    if (parts.participant) this.participant = createWid(parts.participant);
    this[today.behaviour.messageIdKey] = this.toString();
  }

  static async newId(): Promise<string> {
    const bytes = crypto.getRandomValues(new Uint8Array(9));
    return `3EB0${[...bytes]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase()}`;
  }

  static fromString(text: string): MsgKey {
    const [fromMe, remote = '', id = '', participant] = text.split('_');
    return new MsgKey({ fromMe: fromMe === 'true', remote, id, participant });
  }

  equals(other: unknown): boolean {
    return String(other) === this.toString();
  }

  toString(): string {
    const parts = [String(this.fromMe), this.remote._serialized, this.id];
    if (this.participant) parts.push(this.participant._serialized);
    return parts.join('_');
  }
}
