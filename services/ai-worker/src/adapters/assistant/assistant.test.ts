import { assistantAnswer, buildPrompt, parseAnswer } from '@wbm/domain';
import { Permanent, Transient } from '@wbm/runtime';
import { type ModelAnswer, type ModelServer, modelServer, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { aConversation } from '../../../test/a-conversation.ts';
import type { Assistant, Conversation } from '../../ports.ts';
import { openaiAssistant } from './openai.ts';
import { scriptedAssistant } from './scripted.ts';

let model: ModelServer;
const answer = { replies: ['Hello! How can I help?'], fields: [], handoff: null };

beforeAll(async () => {
  model = await modelServer();
});

function openai(
  script: ModelAnswer = { content: answer },
  options: { timeoutMs?: number; baseUrl?: string } = {},
): Assistant {
  model.answerWith(() => script);
  const { timeoutMs = 30_000, baseUrl = model.baseUrl } = options;
  return openaiAssistant({
    apiKey: 'key-of-the-test',
    baseUrl,
    model: 'test-model',
    temperature: 0.2,
    maxTokens: 200,
    timeoutMs,
  });
}

const ask = (assistant: Assistant, conversation: Conversation, signal = new AbortController().signal) =>
  assistant.answer(conversation, buildPrompt({ ...conversation, now: new Date() }).messages, signal);

describe.each([
  { name: 'openai', open: () => openai() },
  { name: 'scripted', open: scriptedAssistant },
])('an assistant: $name', ({ open }) => {
  test('answers a conversation with something the rules can read', async () => {
    const { content } = await ask(open(), aConversation(['hi', 'do you have red shoes?']));
    const read = parseAnswer(content);
    expect(read).toMatchObject({ ok: true });
    if (read.ok) expect(assistantAnswer.parse(read.answer).replies.length).toBeGreaterThan(0);
  });

  test('says which model it is', () => {
    expect(open().model).toMatch(/^[\w.-]+$/);
  });

  test('does not begin once the signal has aborted', async () => {
    const before = model.requests.length;
    await expect(ask(open(), aConversation(), AbortSignal.abort())).rejects.toThrow();
    expect(model.requests.length).toBe(before);
  });
});

describe('the API', () => {
  test('gets the prompt, asks for JSON, and its tokens are counted', async () => {
    const conversation = aConversation(['a very particular text']);
    const completion = await ask(openai(), conversation);
    const request = model.requests.at(-1);
    expect(request).toMatchObject({
      authorization: 'Bearer key-of-the-test',
      body: { model: 'test-model', response_format: { type: 'json_object' }, temperature: 0.2, max_tokens: 200 },
    });
    expect(JSON.stringify(request?.body.messages)).toContain('a very particular text');
    expect(completion).toMatchObject({ inputTokens: 100, outputTokens: 20 });
  });

  test('is hung up on when the signal aborts', async () => {
    const controller = new AbortController();
    const asked = ask(openai({ hang: true }), aConversation(), controller.signal);
    const before = model.requests.length;
    await waitFor(() => model.requests.length > before, { what: 'the request' });
    controller.abort();
    await expect(asked).rejects.toMatchObject({ name: 'Transient', code: 'ai.aborted' });
    await waitFor(() => model.requests.at(-1)?.aborted, { what: 'the hang-up' });
  });

  const failures: { what: string; script: ModelAnswer; expected: object; timeoutMs?: number }[] = [
    { what: 'silence', script: { hang: true }, timeoutMs: 3_000, expected: { name: 'Transient', code: 'ai.timeout' } },
    {
      what: '429 with a time',
      script: { status: 429, retryAfterSeconds: 7 },
      expected: { name: 'Transient', code: 'ai.busy', context: { status: 429, retryAfterMs: 7_000 } },
    },
    { what: '500', script: { status: 500 }, expected: { name: 'Transient', code: 'ai.unavailable' } },
    { what: '503', script: { status: 503 }, expected: { name: 'Transient', code: 'ai.unavailable' } },
    {
      what: 'half an answer',
      script: { malformed: '{"choices": [' },
      expected: { name: 'Transient', code: 'ai.malformed' },
    },
    {
      what: 'another shape',
      script: { malformed: '{"ok": true}' },
      expected: { name: 'Transient', code: 'ai.malformed' },
    },
    {
      what: 'a wrong key',
      script: { status: 401 },
      expected: { name: 'Permanent', code: 'ai.refused', context: { status: 401 } },
    },
    { what: 'an empty purse', script: { status: 402 }, expected: { name: 'Permanent', code: 'ai.refused' } },
    { what: 'an unknown model', script: { status: 404 }, expected: { name: 'Permanent', code: 'ai.refused' } },
  ];
  test.each(failures)('$what gets its sort, after one request', async ({ script, expected, timeoutMs }) => {
    const assistant = openai(script, timeoutMs === undefined ? {} : { timeoutMs });
    const before = model.requests.length;
    const error = await ask(assistant, aConversation(['the customer’s words'])).catch((thrown: unknown) => thrown);
    expect(error instanceof Transient || error instanceof Permanent).toBe(true);
    expect(error).toMatchObject(expected);
    expect(error).not.toHaveProperty('cause');
    expect(model.requests.length).toBe(before + 1);
  });

  test('that is not there is unreachable', async () => {
    const assistant = openai(undefined, { baseUrl: 'http://127.0.0.1:9/v1' });
    await expect(ask(assistant, aConversation())).rejects.toMatchObject({ name: 'Transient', code: 'ai.unreachable' });
  });
});
