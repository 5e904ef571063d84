import type { AnyBot } from '../../api/bots.ts';

/** What a person sees who links a phone. `queue`: no runner has taken the bot yet. `choose`: a QR code, or a code for who cannot scan. */
export type LinkStage =
  | 'start'
  | 'queue'
  | 'wait'
  | 'choose'
  | 'code'
  | 'passkey'
  | 'linked'
  | 'reading'
  | 'ready'
  | 'again';

/** Pure: from what is wanted of a bot and what it is doing. */
export function linkStage({ status, state }: Pick<AnyBot, 'status' | 'state'>): LinkStage {
  if (status === 'disabled') return 'start';
  switch (state) {
    case 'stopped':
      return 'queue';
    case 'starting':
    case 'reconnecting':
      return 'wait';
    case 'needs-scan':
      return 'choose';
    case 'pairing-code':
      return 'code';
    case 'needs-passkey':
      return 'passkey';
    case 'authenticated':
      return 'linked';
    case 'syncing-history':
      return 'reading';
    case 'ready':
      return 'ready';
    case 'conflict':
    case 'logged-out':
    case 'failed':
      return 'again';
  }
}

/** Whether a person with the phone in their hand is what the bot waits for. */
export function waitsForPhone(bot: Pick<AnyBot, 'status' | 'state'>): boolean {
  return ['choose', 'code', 'passkey'].includes(linkStage(bot));
}

/** WhatsApp shows its codes in two groups of four; whatever it gives is shown the same way. */
export function groupedCode(code: string): string {
  const letters = code.replace(/[^\p{L}\p{N}]/gu, '').toUpperCase();
  return letters.length === 8 ? `${letters.slice(0, 4)}-${letters.slice(4)}` : letters;
}
