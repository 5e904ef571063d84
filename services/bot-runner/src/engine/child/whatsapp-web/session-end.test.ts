import { expect, test } from 'vitest';
import { endOfStart, endOfState, endSeen } from './session-end.ts';

test.each([
  ['CONFLICT', 'conflict'],
  ['LOGOUT', 'logged-out'],
  ['UNPAIRED', 'logged-out'],
  ['TOS_BLOCK', 'refused'],
  ['DEPRECATED_VERSION', 'refused'],
  ['Max qrcode retries reached', 'lost'],
])('%s', (state, why) => {
  expect(endOfState(state).why).toBe(why);
});

test.each([
  ['CONFLICT', 'conflict'],
  ['SMB_TOS_BLOCK', 'refused'],
  ['PROXYBLOCK', 'refused'],
  ['OPENING', undefined],
  ['UNPAIRED', undefined],
  ['from the future', undefined],
  [null, undefined],
])('seen in the page: %s', (state, why) => {
  expect(endSeen(state)?.why).toBe(why);
});

test.each([
  [new Error('Failed to launch the browser process! No usable sandbox!'), 'refused', /CHROMIUM_SANDBOX/],
  [new Error('Failed to launch the browser process: spawn ENOENT'), 'no-browser', /did not start/],
  [new Error('Failed to launch: Timed out after 30000 ms'), 'lost', /in time/],
  [new Error("Couldn't load version 2.3 from the cache"), 'refused', /WWEBJS_WEB_VERSION/],
  [new Error('net::ERR_NAME_NOT_RESOLVED at https://web.whatsapp.com/'), 'lost', /internet/],
  ['auth timeout', 'lost', /tried again/],
])('%s', (error, why, words) => {
  expect(endOfStart(error)).toMatchObject({ why, reason: expect.stringMatching(words) });
});
