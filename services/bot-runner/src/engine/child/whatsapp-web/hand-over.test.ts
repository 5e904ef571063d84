import { expect, test } from 'vitest';
import { saidBy } from './hand-over.ts';

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
