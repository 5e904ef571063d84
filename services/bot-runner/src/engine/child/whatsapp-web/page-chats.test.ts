import { afterEach, expect, test, vi } from 'vitest';
import { isOnWhatsApp } from './page-chats.ts';

const ME = '1@c.us';
afterEach(() => void vi.unstubAllGlobals());

/** A page that answers so for somebody else, and so for our own number. */
function aPage(other: unknown, own: unknown) {
  const modules: Record<string, unknown> = {
    WAWebWidFactory: { createWid: (jid: string) => jid },
    WAWebUserPrefsMeUser: { getMaybeMePnUser: () => ME },
    WAWebQueryExistsJob: { queryWidExists: async (wid: string) => (wid === ME ? own : other) },
  };
  vi.stubGlobal('require', (name: string) => modules[name]);
}

test.each([
  ['is there', { wid: 'a' }, { wid: ME }, true],
  ['is not, as our own number is', null, { wid: ME }, false],
  ['nobody can say where not even our own number is', null, null, null],
  ['nobody can say when the answer has another shape', { id: 'a' }, { id: ME }, null],
])('who %s', async (_, other, own, there) => {
  aPage(other, own);
  expect(await isOnWhatsApp('2@c.us')).toBe(there);
});
