import { QueryClient } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { keys } from '../api/keys.ts';
import { mayAskAgain, showPending } from './ask-again.ts';

it.each([
  ['pending', false],
  ['stored', false],
  ['too-large', false],
  ['gone', true],
  ['failed', true],
  ['deleted', false],
] as const)('a file that is %s may be asked for again: %j', (state, may) => {
  expect(mayAskAgain({ state })).toBe(may);
});

it.each([
  ['failed', 'pending'],
  ['gone', 'pending'],
  ['stored', 'stored'],
  ['deleted', 'deleted'],
] as const)('a file that was asked for again and is %s by now is shown as %s', (state, shown) => {
  const client = new QueryClient();
  const chat = (media: object | null) => ({
    pages: [{ items: [{ id: 1, media }], nextCursor: null }],
    pageParams: [null],
  });
  client.setQueryData(keys.messages(1), chat({ id: 'm', state }));
  client.setQueryData(keys.messages(2), chat({ id: 'other', state: 'failed' }));
  client.setQueryData(keys.messages(3), chat(null));
  showPending(client, 'm');
  expect(client.getQueryData(keys.messages(1))).toEqual(chat({ id: 'm', state: shown }));
  expect(client.getQueryData(keys.messages(2))).toEqual(chat({ id: 'other', state: 'failed' }));
});
