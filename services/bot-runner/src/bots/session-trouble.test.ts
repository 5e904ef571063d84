import { Transient } from '@wbm/runtime';
import { expect, test } from 'vitest';
import { FolderInUse } from '../engine/child/whatsapp-web/session-folder.ts';
import { stateOfTrouble } from './session-trouble.ts';

const failing = (code: string) => Object.assign(new Error(`${code}: somewhere on the disk`), { code });

test.each([
  [new FolderInUse('folder-in-use'), /Another process still uses/],
  [failing('ENOSPC'), /no space left/],
  [failing('EACCES'), /may not be read or written/],
  [failing('EROFS'), /may not be read or written/],
  [failing('EIO'), /does not answer/],
  [failing('ENOTDIR'), /something else is in its place/],
  [new Transient('chromium.not-unpacked', 'No space.'), /Chromium could not be unpacked/],
  [new Transient('session.later-run', 'A later run of the bot has this folder.'), /newer than the database/],
])('%s: is said in plain words', (err, words) => {
  expect(stateOfTrouble(err)).toEqual({ state: 'reconnecting', reason: expect.stringMatching(words) });
});

test.each([new Transient('session.lease', 'The lease ran out meanwhile.'), new Transient('db.away', ''), 'words'])(
  'what is no fault of the disk leaves what is shown as it is',
  (err) => {
    expect(stateOfTrouble(err)).toBeNull();
  },
);
