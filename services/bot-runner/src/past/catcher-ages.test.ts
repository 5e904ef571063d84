import { expect, test, vi } from 'vitest';
import { aBot, atNoon, settled } from '../../test/a-catching-bot.ts';

atNoon();

test('a first link answers nothing that was there before it, not even what is told as new', async () => {
  const { bot, told, ready } = aBot({ past: { ana: ['ana 11:59', 'ana> 11:59'] }, caughtUpTo: null });
  ready();
  bot.hear('bea 11:58', true);
  await vi.waitFor(() => expect(told).toContain('news'));
  bot.hear('bea 12:00');
  expect(told).toEqual([
    'past bea 11:58',
    '0 %',
    'past ana 11:59',
    'past ana> 11:59',
    'settled',
    'news',
    'live bea 12:00',
  ]);
});

test('what a first link is told as new is no newer for standing in the past too', async () => {
  const past = { ana: ['ana 11:58', 'ana 12:00'], bea: ['bea 11:59'] };
  const { bot, told, ready } = aBot({ past, caughtUpTo: null });
  bot.hear('ana 11:58', true);
  bot.hear('ana 12:00');
  bot.decrypt('bea 11:59', true);
  ready();
  await settled(told);
  expect(told.filter((line) => /^(live|past) /.test(line))).toEqual([
    'past ana 11:58',
    'live ana 12:00',
    'past bea 11:59',
    'past decrypted bea 11:59',
  ]);
});

test('a first reading that was never finished goes on where it began', async () => {
  const { bot, told, ready } = aBot({ past: { ana: ['ana 09:30', 'ana 11:20', 'ana 11:40'] }, caughtUpTo: null });
  bot.linkedAt = new Date('2026-03-10T11:30:00.000Z');
  ready();
  await settled(told);
  expect(told).toEqual(expect.arrayContaining(['past ana 09:30', 'past ana 11:20', 'live ana 11:40']));
});

test('what is told before the session is ready waits for it, and is judged by when it was written', async () => {
  const { bot, told, ready } = aBot({ past: {} });
  bot.hear('ana 11:30', true);
  bot.hear('ana 10:30', true);
  bot.hear('bea 12:00');
  expect(told).toEqual([]);
  ready();
  await settled(told);
  expect(told).toEqual(['live ana 11:30', 'past ana 10:30', 'live bea 12:00', 'settled']);
});

test('what is told by a session that never becomes ready is received, unless nobody can say how old it may be', async () => {
  const { bot, told, catcher } = aBot({ past: {} });
  bot.hear('ana 11:30', true);
  bot.hear('bea 12:00');
  catcher.away();
  expect(told).toEqual(['live bea 12:00']);
});

test('what is told as new and is older than the bot answers stays unanswered, unless somebody took the chat over by it', async () => {
  const { bot, told, ready } = aBot({ past: {} });
  ready();
  await settled(told);
  for (const said of ['ana 09:59', 'ana> 06:10', 'ana> 05:59', 'ana 10:10']) bot.hear(said);
  expect(told.slice(1)).toEqual(['past ana 09:59', 'live ana> 06:10', 'past ana> 05:59', 'live ana 10:10']);
});

test('what is decrypted late is judged by when it was written, like what is told at once', async () => {
  const { bot, told, ready } = aBot({ past: {} });
  ready();
  await settled(told);
  bot.decrypt('ana 09:59');
  bot.decrypt('ana 11:59');
  bot.decrypt('ana 10:59', true);
  bot.decrypt('ana 10:57', true);
  expect(told.slice(1)).toEqual([
    'past decrypted ana 09:59',
    'live decrypted ana 11:59',
    'live decrypted ana 10:59',
    'past decrypted ana 10:57',
  ]);
});

test('what was young enough when the session came back, and is told hours later, is too old', async () => {
  const { bot, told, ready } = aBot({ past: {} });
  ready();
  await settled(told);
  vi.setSystemTime('2026-03-10T14:00:00.000Z');
  bot.hear('ana 11:58', true);
  bot.decrypt('bea 11:59', true);
  expect(told.slice(1)).toEqual(['past ana 11:58', 'past decrypted bea 11:59']);
});

test('what is decrypted before a session is ready is kept though nobody can say how old it may be', async () => {
  const { bot, told, catcher } = aBot({ past: {} });
  bot.decrypt('ana 11:30', true);
  expect(told).toEqual([]);
  catcher.away();
  expect(told).toEqual(['past decrypted ana 11:30']);
});
