import { expect, test } from 'vitest';
import type { EngineEvent } from '../engine/port.ts';
import { stateOfEvent } from './state-of-event.ts';

const at = '2026-03-01T12:00:00.000Z';
const table: [EngineEvent, ReturnType<typeof stateOfEvent>][] = [
  [
    { event: 'qr', qr: 'q', expiresAt: at, reason: 'why again' },
    { state: 'needs-scan', reason: 'why again', qr: 'q', qrExpiresAt: new Date(at) },
  ],
  [
    { event: 'pairing-code', code: 'ABCD' },
    { state: 'pairing-code', pairingCode: 'ABCD' },
  ],
  [{ event: 'authenticated' }, { state: 'authenticated' }],
  [
    { event: 'progress', percent: 40 },
    { state: 'syncing-history', progress: 40 },
  ],
  [
    { event: 'ready', ownNumber: '+15550000001' },
    { state: 'ready', ownNumber: '+15550000001' },
  ],
  [
    { event: 'state', state: 'conflict', reason: 'Open elsewhere.' },
    { state: 'conflict', reason: 'Open elsewhere.' },
  ],
  [
    { event: 'failure', fatal: true, reason: 'Banned.' },
    { state: 'failed', reason: 'Banned.' },
  ],
  [
    { event: 'failure', fatal: false, reason: 'Lost.' },
    { state: 'reconnecting', reason: 'Lost.' },
  ],
  [{ event: 'ack', waMessageId: 'x', ack: 2 }, null],
  [{ event: 'capability', name: 'media-in', available: false, reason: null }, null],
];

test.each(table)('%o', (event, patch) => {
  expect(stateOfEvent(event)).toEqual(patch);
});
