import { systemClock, Transient } from '@wbm/runtime';
import { expect, test } from 'vitest';
import { aConversation } from '../test/a-conversation.ts';
import type { Assistant } from './ports.ts';
import { think } from './think.ts';

const good = JSON.stringify({ replies: ['Hello!'], fields: [], handoff: null });
const signal = new AbortController().signal;

/** An assistant that says these one after another, and remembers what it was asked. */
function saying(...contents: (string | Error)[]) {
  const asked: string[] = [];
  const assistant: Assistant = {
    model: 'test',
    async answer(_conversation, prompt) {
      asked.push(prompt.map((message) => message.content).join('\n'));
      const next = contents[asked.length - 1] ?? 'nothing more';
      if (next instanceof Error) throw next;
      return { content: next, inputTokens: 10, outputTokens: 5 };
    },
  };
  const calls: string[] = [];
  const metrics = { called: (_: string, outcome: string) => calls.push(outcome), tokens: () => {}, ended: () => {} };
  return { tools: { assistant, clock: systemClock, metrics }, asked, calls };
}

test('a good answer is taken at once', async () => {
  const { tools, asked, calls } = saying(good);
  expect(await think(aConversation(), tools, signal)).toMatchObject({ ok: true, verdict: 'ok', inputTokens: 10 });
  expect([asked.length, calls]).toEqual([1, ['ok']]);
});

test.each([
  ['no JSON', 'I would love to help!'],
  ['no reply', JSON.stringify({ replies: [], fields: [] })],
  ['too long a reply', JSON.stringify({ replies: ['x'.repeat(3_000)], fields: [] })],
])('%s is asked for again, once, with the reason', async (_what, bad) => {
  const { tools, asked, calls } = saying(bad, good);
  const thought = await think(aConversation(), tools, signal);
  expect(thought).toMatchObject({ ok: true, inputTokens: 20, outputTokens: 10 });
  expect(thought.ok && thought.verdict).toMatch(/^regenerated: /);
  expect(asked[1]).toContain('cannot be used');
  expect(calls).toEqual(['unusable', 'ok']);
});

test('two unusable answers are a failure', async () => {
  const { tools, asked } = saying('no', 'no again');
  expect(await think(aConversation(), tools, signal)).toMatchObject({ ok: false, code: 'ai.unusable' });
  expect(asked).toHaveLength(2);
});

test('a failing model is not asked again here', async () => {
  const { tools, asked } = saying(new Transient('ai.busy', 'busy', { context: { retryAfterMs: 900 } }));
  const expected = { ok: false, code: 'ai.busy', permanent: false, retryAfterMs: 900 };
  expect(await think(aConversation(), tools, signal)).toEqual(expected);
  expect(asked).toHaveLength(1);
});

test('a bug is no failure of the model', async () => {
  const { tools } = saying(new TypeError('a bug'));
  await expect(think(aConversation(), tools, signal)).rejects.toThrow(TypeError);
});
