import { describe, expect, test } from 'vitest';
import { aBot, someFeatures } from '../../test/builders.ts';
import { dueTurn, mayAnswer, turnKind } from './due-turn.ts';

const noon = new Date('2026-03-02T12:00Z');
const night = new Date('2026-03-02T23:00Z');
const hours = { workingHoursEnabled: true };

describe('the turn that a message makes due', () => {
  test.each([
    ['the bot may speak', {}, {}, 'reply'],
    ['history', {}, { history: true }, 'capture'],
    ['a person has the chat', {}, { owner: 'human' as const }, 'capture'],
    ['answers are off', { autoResponseEnabled: false }, {}, 'capture'],
    ['open', hours, {}, 'reply'],
    ['closed', hours, { now: night }, 'capture'],
    ['answers without capture', { leadCaptureEnabled: false }, {}, 'reply'],
    ['neither', { leadCaptureEnabled: false, autoResponseEnabled: false }, {}, null],
    ['closed and no capture', { ...hours, leadCaptureEnabled: false }, { now: night }, null],
    ['a person has it and no capture', { leadCaptureEnabled: false }, { owner: 'human' as const }, null],
  ])('%s', (_, features, given, due) => {
    const facts = { timeZone: 'UTC', owner: 'bot' as const, history: false, now: noon, ...given };
    expect(dueTurn({ features: someFeatures(features), ...facts })).toBe(due);
  });
});

describe('the turn when its work begins', () => {
  test.each([
    ['still a reply', 'reply', {}, 'bot', noon, 'reply'],
    ['taken over meanwhile', 'reply', {}, 'human', noon, 'capture'],
    ['closed meanwhile', 'reply', hours, 'bot', night, 'capture'],
    ['switched off meanwhile', 'reply', { autoResponseEnabled: false, leadCaptureEnabled: false }, 'bot', noon, null],
    ['a capture never becomes a reply', 'capture', {}, 'bot', noon, 'capture'],
    ['a capture nobody wants any more', 'capture', { leadCaptureEnabled: false }, 'bot', noon, null],
  ] as const)('%s', (_, taken, features, owner, now, kind) => {
    const facts = { features: someFeatures(features), bot: aBot(), owner, now };
    expect(turnKind(taken, facts)).toBe(kind);
  });

  const disabled = { status: 'disabled' } as const;
  const archived = { archivedAt: noon } as const;
  const noCapture = { leadCaptureEnabled: false };
  test.each([
    ['disabled', disabled, 'reply', {}, 'capture'],
    ['archived', archived, 'reply', {}, 'capture'],
    ['disabled, and capture is off', disabled, 'reply', noCapture, null],
    ['archived, and capture is off', archived, 'reply', noCapture, null],
    ['disabled with a capture due', disabled, 'capture', {}, 'capture'],
    ['archived with a capture due that nobody wants', archived, 'capture', noCapture, null],
  ] as const)('the bot was %s', (_, given, taken, features, kind) => {
    const facts = { features: someFeatures(features), bot: aBot(given), owner: 'bot' as const, now: noon };
    expect(turnKind(taken, facts)).toBe(kind);
  });
});

test.each([
  ['enabled', {}, {}, noon, true],
  ['open', {}, hours, noon, true],
  ['closed', {}, hours, night, false],
  ['with answers off', {}, { autoResponseEnabled: false }, noon, false],
  ['stopped', { status: 'disabled' as const }, {}, noon, false],
  ['deleted', { archivedAt: noon }, {}, noon, false],
])('whether a bot that is %s may answer now', (_, bot, features, now, may) => {
  expect(mayAnswer({ bot: aBot(bot), features: someFeatures(features), now })).toBe(may);
});
