import { expect, test } from 'vitest';
import { webSettings } from '../../../../test/engine/web-settings.ts';
import { openSession } from './open-session.ts';

/** Nothing is started: what the library would be told. */
const toldFor = (webVersion: string | null) =>
  openSession({
    settings: webSettings({ folder: '/nowhere', webVersion }),
    chromium: { path: '/nowhere/chromium', shell: true },
    sessionsRoot: '/nowhere/sessions',
    flags: [],
    phone: null,
    events: {} as never,
  }).client.options.webVersionCache;

test('a page is read from the folder of kept ones when its version is pinned, and else nothing is written there', () => {
  expect(toldFor('2.3')).toEqual({ type: 'local', path: '/nowhere/cache', strict: true });
  expect(toldFor(null)).toEqual({ type: 'none' });
});
