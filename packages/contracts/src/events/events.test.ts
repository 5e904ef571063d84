import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { botView, vendorBotView } from '../http/index.ts';
import { browserEvents } from './index.ts';

const events = Object.values(browserEvents);
const secrets = ['prompt', 'qr', 'qrExpiresAt', 'pairingCode', 'progress', 'ownerEmail'];

describe('every browser event', () => {
  test.each(events)('$id says what it is, what a browser gets and who gets it', ({ says, payload, roles }) => {
    expect(says).toMatch(/^[A-Z].*\.$/);
    expect(payload).toBeInstanceOf(z.ZodType);
    expect(roles.length).toBeGreaterThan(0);
    expect(new Set(roles).size).toBe(roles.length);
    expect(roles).toContain('admin');
  });
});

test('the names of the specification are all there', () => {
  expect(Object.keys(browserEvents)).toEqual(
    expect.arrayContaining([
      'INIT',
      'UPDATE_BOT',
      'NEW_QUALIFIED_LEAD',
      'NEW_MESSAGE_FOR_SALES',
      'LEAD_ASSIGNED',
      'MESSAGE_SENT',
      'SCHEDULE_CREATED',
      'BOT_FEATURES_UPDATED',
    ]),
  );
});

test('a vendor’s view of a bot has no secrets, and the admin’s has all of it', () => {
  expect(Object.keys(vendorBotView.shape).filter((key) => secrets.includes(key))).toEqual([]);
  expect(Object.keys(botView.shape)).toEqual(expect.arrayContaining([...secrets, ...Object.keys(vendorBotView.shape)]));
});

test.each(['SCHEDULE_CREATED', 'BOT_FEATURES_UPDATED'] as const)('%s is for admins', (id) => {
  expect(browserEvents[id].roles).toEqual(['admin']);
});
