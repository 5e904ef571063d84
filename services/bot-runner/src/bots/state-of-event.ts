import type { BotStatePatch } from '@wbm/db';
import type { EngineEvent } from '../engine/port.ts';

/** The state a bot is in after its engine told this; null when the event says nothing of it. */
export function stateOfEvent(event: EngineEvent): BotStatePatch | null {
  switch (event.event) {
    case 'qr':
      return {
        state: 'needs-scan',
        reason: event.reason ?? null,
        qr: event.qr,
        qrExpiresAt: new Date(event.expiresAt),
      };
    case 'pairing-code':
      return { state: 'pairing-code', pairingCode: event.code };
    case 'authenticated':
      return { state: 'authenticated' };
    case 'progress':
      return { state: 'syncing-history', progress: event.percent };
    case 'ready':
      return { state: 'ready', ownNumber: event.ownNumber };
    case 'state':
      return { state: event.state, reason: event.reason };
    case 'failure':
      return event.fatal ? { state: 'failed', reason: event.reason } : { state: 'reconnecting', reason: event.reason };
    default:
      return null;
  }
}
