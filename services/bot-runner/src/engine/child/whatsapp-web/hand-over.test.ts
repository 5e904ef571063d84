import { expect, test } from 'vitest';
import { handOver, saidBy } from './hand-over.ts';
import { OwnSends } from './own-sends.ts';

test.each([
  ['No LID for user', 'needs-lid'],
  ['Evaluation failed: reachout timelock', 'needs-lid'],
  ['server answered with error 463', 'needs-lid'],
  ['error: 463', 'needs-lid'],
  ['{"code":463}', 'needs-lid'],
  ['nothing for 15554630001@c.us', 'threw'],
  ['no chat 120463 in the collection', 'threw'],
  ['error 15550463@lid', 'threw'],
  ['error of message 3EB0463AF00D12', 'threw'],
  ['error: 463001', 'threw'],
  ['no such file', 'file-gone'],
  ['Error: no such file\n    at sendPrepared (pptr:evaluate)', 'file-gone'],
  ['late', 'unknown'],
  ['Protocol error (Runtime.callFunctionOn): Target closed', 'unknown'],
  ['Execution context was destroyed', 'unknown'],
  ['chat is not a function', 'threw'],
])('%s: %s', (words, said) => {
  expect(saidBy(words)).toBe(said);
});

test('a text leaves as the text it is, also one that looks like a contact', async () => {
  const given: unknown[] = [];
  const client = {
    documentWatch: () => () => true,
    sendMessage: async (...args: unknown[]) => {
      given.push(...args);
      return {};
    },
  };
  const message = { jid: '1@c.us', text: 'BEGIN:VCARD\nFN:Ana', waMessageId: 'OURS', media: null };
  expect(await handOver(client as never, message, new OwnSends())).toBe('sent');
  expect(given).toEqual([
    message.jid,
    message.text,
    expect.objectContaining({ parseVCards: false, messageId: 'OURS' }),
  ]);
});
