import { expect, test } from 'vitest';
import { assertLogsClean, parseLogLine } from './log-lines.ts';

const lines = [
  '{"event":"lead.filed","leadId":7}',
  'plain text',
  '{"event":"oops","err":{"message":"Maria Silva wrote"}}',
].map(parseLogLine);

test('finds what a test put in, at any depth and in any case, and names the event', () => {
  expect(() => assertLogsClean(lines, ['maria silva'])).toThrow('content in the logs: oops: "maria silva"');
  expect(() => assertLogsClean(lines, ['PLAIN'])).toThrow('raw line: "plain"');
  expect(() => assertLogsClean(lines, ['+5511987654321', 'João'])).not.toThrow();
});

test('looking for nothing is a mistake, not a success', () => {
  expect(() => assertLogsClean(lines, [])).toThrow('nothing to look for');
});
