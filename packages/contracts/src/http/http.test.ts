import { describe, expect, test } from 'vitest';
import { botId, serialId } from '../define.ts';
import {
  createBot,
  leadParams,
  leadQuery,
  pageQuery,
  postMessage,
  putFeatures,
  sandboxEdit,
  sandboxPost,
  sandboxReact,
  updateBot,
} from './index.ts';

describe('creating a bot', () => {
  test('a name and a prompt are enough', () => {
    expect(createBot.parse({ name: ' Shop ', prompt: 'Sell shoes.' })).toEqual({
      name: 'Shop',
      prompt: 'Sell shoes.',
      engine: 'sandbox',
      timeZone: 'UTC',
      quietMs: 4_000,
      maxWaitMs: 20_000,
      qualification: [['name'], ['phone', 'email']],
    });
  });

  test.each([
    [{ name: ' ' }],
    [{ prompt: '' }],
    [{ timeZone: 'Mars/Olympus' }],
    [{ timeZone: '+05:30' }],
    [{ engine: 'telegram' }],
    [{ quietMs: -1 }],
    [{ maxWaitMs: 0 }],
    [{ qualification: [] }],
    [{ qualification: [[]] }],
    [{ qualification: [['age']] }],
    [{ id: 'Shop:1' }],
  ])('not with %j', (given) => {
    expect(createBot.safeParse({ name: 'Shop', prompt: 'Sell shoes.', ...given }).success).toBe(false);
  });
});

test('a NUL is in nothing that a person writes', () => {
  const nul = 'a\0b';
  const who = { from: '+5511900000001' };
  expect(postMessage.safeParse({ text: 'ab', clientId: 'c' }).success).toBe(true);
  expect(postMessage.safeParse({ text: nul }).success).toBe(false);
  expect(postMessage.safeParse({ text: 'ab', clientId: nul }).success).toBe(false);
  expect(sandboxPost.safeParse({ ...who, text: nul }).success).toBe(false);
  expect(sandboxPost.safeParse({ ...who, text: 'ab', name: nul }).success).toBe(false);
  expect(sandboxEdit.safeParse({ ...who, text: nul }).success).toBe(false);
  expect(sandboxReact.safeParse({ ...who, emoji: nul }).success).toBe(false);
  expect(createBot.safeParse({ name: nul, prompt: 'x' }).success).toBe(false);
  expect(createBot.safeParse({ name: 'x', prompt: nul }).success).toBe(false);
  expect(leadQuery.safeParse({ q: nul }).success).toBe(false);
});

test('a change of a bot names the version it was made on', () => {
  expect(updateBot.safeParse({ name: 'Shop' }).success).toBe(false);
  expect(updateBot.parse({ name: 'Shop', version: 2 })).toEqual({ name: 'Shop', version: 2 });
});

test.each([
  ['demo', true],
  ['shop-1_a', true],
  ['-shop', false],
  ['Shop', false],
  ['../etc', false],
  ['a:b', false],
  ['a'.repeat(65), false],
  ['', false],
])('the bot id %j: %s', (id, ok) => {
  expect(botId.safeParse(id).success).toBe(ok);
});

test.each([
  [1, true],
  [2_147_483_647, true],
  [2_147_483_648, false],
  [0, false],
  [1.5, false],
  ['1', false],
])('the id %j: %s', (id, ok) => {
  expect(serialId.safeParse(id).success).toBe(ok);
});

test.each([
  ['24:00', false],
  ['9:00', false],
  ['09:00', true],
  ['23:59', true],
])('the time of day %s: %s', (workingHoursStart, ok) => {
  const features = {
    schedulingEnabled: false,
    autoResponseEnabled: true,
    leadCaptureEnabled: true,
    workingHoursEnabled: true,
    workingHoursEnd: '18:00',
    version: 1,
  };
  expect(putFeatures.safeParse({ ...features, workingHoursStart }).success).toBe(ok);
});

test('what comes in an address is text, and has bounds', () => {
  expect(leadParams.parse({ leadId: '7' })).toEqual({ leadId: 7 });
  expect(leadParams.safeParse({ leadId: '7; drop' }).success).toBe(false);
  expect(pageQuery.parse({})).toEqual({ limit: 50 });
  expect(pageQuery.safeParse({ limit: '9999' }).success).toBe(false);
  expect(leadQuery.parse({ assignedTo: 'me', limit: '10' })).toEqual({ assignedTo: 'me', limit: 10 });
  expect(leadQuery.safeParse({ status: 'open' }).success).toBe(false);
  expect(leadQuery.parse({ waiting: 'true' })).toEqual({ waiting: true, limit: 50 });
  expect(leadQuery.safeParse({ waiting: 'yes' }).success).toBe(false);
});

test('a message has words, and WhatsApp’s length', () => {
  expect(postMessage.safeParse({ text: '' }).success).toBe(false);
  expect(postMessage.safeParse({ text: 'x'.repeat(4_097) }).success).toBe(false);
  expect(sandboxPost.parse({ from: '+5511987654321', text: 'hi' })).toMatchObject({ fromBusiness: false });
  expect(sandboxPost.safeParse({ from: 'Ana', text: 'hi' }).success).toBe(false);
});
