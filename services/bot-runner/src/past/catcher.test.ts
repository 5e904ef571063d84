import { expect, test, vi } from 'vitest';
import { aBot, atNoon, now, settled } from '../../test/a-catching-bot.ts';

atNoon();
const marked = (bot: { mark: Date | null }) => vi.waitFor(() => expect(bot.mark).toEqual(now));

test('nothing to read: it may answer at once, and nothing is told', async () => {
  const { bot, told, ready, catcher } = aBot({ past: {} });
  expect(catcher.settled).toBe(false);
  ready();
  await settled(told);
  expect(told).toEqual(['settled']);
  await marked(bot);
  expect([catcher.settled, bot.summary]).toEqual([true, null]);
});

test('chat after chat, each from its beginning, and then one summary', async () => {
  const past = {
    ana: ['ana 11:01', 'ana 11:02', 'ana> 11:03', 'ana 11:04', 'ana 11:05'],
    bea: ['bea 10:00', 'bea 11:59'],
  };
  const { bot, told, ready } = aBot({ past });
  ready();
  await vi.waitFor(() => expect(told).toContain('news'));
  expect(told).toEqual([
    '0 %',
    ...past.ana.map((said) => `live ${said}`),
    '50 %',
    'past bea 10:00',
    'live bea 11:59',
    'settled',
    'news',
  ]);
  expect(bot.summary).toEqual({ at: expect.any(String), chats: 2, messages: 7 });
  expect(bot.mark).toEqual(now);
});

test('of what was read it is known how much had been heard before', async () => {
  const { bot, told, ready } = aBot({ past: { ana: ['ana 11:01'], bea: ['bea 11:02', 'bea 11:03'] } });
  bot.onRead = async (jid) => {
    if (jid === 'bea') bot.hear('cid 12:00');
  };
  ready();
  await settled(told);
  expect(bot.afters).toEqual({ 'ana 11:01': 0, 'bea 11:02': 1, 'bea 11:03': 1, 'cid 12:00': undefined });
});

test('a long chat is received in pieces, each stored before the next', async () => {
  const long = Array.from(
    { length: 240 },
    (_, n) => `ana 0${6 + Math.floor(n / 60)}:${String(n % 60).padStart(2, '0')}`,
  );
  const { bot, told, ready } = aBot({ past: { ana: long }, caughtUpTo: null });
  ready();
  await vi.waitFor(() => expect(told).toContain('news'));
  expect(bot.summary?.messages).toBe(240);
  expect(bot.mostUnstored).toBe(50);
});

test('what is heard waits for the past of its chat, which is read next', async () => {
  const { bot, told, ready } = aBot({
    past: { ana: ['ana 11:00'], bea: ['bea 11:01'], cid: ['cid 11:02', 'cid 12:00'] },
  });
  bot.onRead = async (jid) => {
    if (jid !== 'ana') return;
    bot.hear('cid 12:00');
    bot.hear('dan 12:00');
  };
  ready();
  await settled(told);
  expect(told.filter((line) => /^(live|past) /.test(line))).toEqual([
    'live dan 12:00',
    'live ana 11:00',
    'live cid 11:02',
    'live cid 12:00',
    'live bea 11:01',
  ]);
});

test('it answers after 90 seconds although it still reads, and holds nothing back any more', async () => {
  const { bot, told, ready, catcher } = aBot({ past: { ana: ['ana 11:00'], bea: ['bea 11:01'] } });
  const reading = Promise.withResolvers<void>();
  bot.onRead = () => reading.promise;
  ready();
  await vi.waitFor(() => expect(told).toEqual(['0 %']));
  bot.hear('bea 12:00');
  await vi.advanceTimersByTimeAsync(89_000);
  expect(catcher.settled).toBe(false);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(told).toEqual(['0 %', 'live bea 12:00', 'settled']);
  reading.resolve();
  await vi.waitFor(() => expect(told.at(-1)).toBe('news'));
  expect(told.slice(3)).toEqual(['live ana 11:00', 'live bea 11:01', 'news']);
});

test('it waits until what it read is filed, because somebody may have answered on the phone', async () => {
  const { bot, told, ready, catcher } = aBot({ past: { ana: ['ana> 11:59'] } });
  bot.waiting = true;
  ready();
  await vi.waitFor(() => expect(told).toContain('live ana> 11:59'));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(catcher.settled).toBe(false);
  bot.waiting = false;
  await vi.advanceTimersByTimeAsync(300);
  expect(catcher.settled).toBe(true);
});

test('a chat that cannot be read keeps no other from it, and is tried again until it is given up', async () => {
  const { bot, told, ready, catcher } = aBot({ past: { ana: ['ana 11:00'], bea: ['bea 11:01'] } });
  bot.failing.add('ana');
  ready();
  await settled(told);
  expect(told).toContain('live bea 11:01');
  expect(bot.mark).not.toEqual(now);
  for (let tries = 0; tries < 4; tries += 1) {
    await vi.advanceTimersByTimeAsync(61_000);
    await catcher.look();
  }
  await vi.waitFor(() => expect(bot.mark?.getTime()).toBeGreaterThan(now.getTime()));
  expect(told.filter((line) => line === 'news')).toHaveLength(1);
});

test('the list of chats cannot be had: it is asked for again soon, and answers wait for it', async () => {
  const { bot, told, ready, catcher } = aBot({ past: { ana: ['ana 11:00'] } });
  bot.failing.add('activeChats');
  ready();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(catcher.settled).toBe(false);
  bot.failing.clear();
  await vi.advanceTimersByTimeAsync(4_000);
  expect(told).toContain('live ana 11:00');
  expect(catcher.settled).toBe(true);
});

test('a message for which there was no room leaves the mark where it was', async () => {
  const { bot, told, ready, catcher } = aBot({ past: { ana: ['ana 11:00'] } });
  bot.onRead = async () => catcher.missed();
  ready();
  await settled(told);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(bot.mark).not.toEqual(now);
  bot.onRead = async () => undefined;
  await vi.advanceTimersByTimeAsync(61_000);
  await catcher.look();
  await vi.waitFor(() => expect(bot.mark?.getTime()).toBeGreaterThan(now.getTime()));
});

test('the session goes while it reads: what was heard is received, and nothing is settled', async () => {
  const { bot, told, ready, catcher } = aBot({ past: { ana: ['ana 11:00'], bea: ['bea 11:01'] } });
  bot.onRead = async (jid) => {
    if (jid !== 'ana') return;
    bot.hear('bea 12:00');
    bot.live = false;
    catcher.away();
  };
  ready();
  await vi.waitFor(() => expect(told).toContain('live bea 12:00'));
  await vi.advanceTimersByTimeAsync(200_000);
  expect(told).toEqual(['0 %', 'live bea 12:00']);
  expect(bot.mark).not.toEqual(now);
});
