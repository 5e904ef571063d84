import { hkdfSync } from 'node:crypto';

/** A key that copies of sessions are sealed with. Its id stands in each copy and says nothing of the key. */
export interface SessionKey {
  readonly id: Buffer;
  readonly secret: Buffer;
}

/** From 32 bytes as base64 or hex, which the configuration has checked. */
export function sessionKey(text: string): SessionKey {
  const secret = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64');
  return { secret, id: Buffer.from(hkdfSync('sha256', secret, '', 'wbm session key id', 8)) };
}
