import { expect, test } from 'vitest';
import { findChromium } from './find-chromium.ts';

const only =
  (...paths: string[]) =>
  (path: string) =>
    paths.includes(path);

test.each([
  ['/opt/my-chrome', only('/opt/my-chrome', '/usr/bin/chromium'), { path: '/opt/my-chrome', shell: false }],
  [
    '/opt/chrome-headless-shell',
    only('/opt/chrome-headless-shell'),
    { path: '/opt/chrome-headless-shell', shell: true },
  ],
  ['/opt/wrong', only('/usr/bin/chromium'), null],
  [null, only('/usr/bin/chromium'), { path: '/usr/bin/chromium', shell: false }],
  [
    null,
    only('/usr/bin/chromium', '/usr/lib/chromium/chromium-headless-shell'),
    { path: '/usr/lib/chromium/chromium-headless-shell', shell: true },
  ],
  [null, only(), null],
])('named %s', (named, there, found) => {
  expect(findChromium(named, there)).toEqual(found);
});
