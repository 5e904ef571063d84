import { expect, test } from 'vitest';
import { modelServer } from './model-server.ts';
import { waitFor } from './wait-for.ts';

const post = (baseUrl: string, body: unknown, signal?: AbortSignal) =>
  fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer k' },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
const question = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };

test('answers by script and remembers what it was asked', async () => {
  const server = await modelServer((_request, index) =>
    index === 0 ? { content: { replies: ['a'] } } : { content: 'plain' },
  );
  const first = await post(server.baseUrl, question).then((answer) => answer.json());
  expect(first).toMatchObject({ choices: [{ message: { content: '{"replies":["a"]}' }, finish_reason: 'stop' }] });
  expect(await post(server.baseUrl, question).then((answer) => answer.text())).toContain('"plain"');
  expect(server.requests).toMatchObject([
    { body: question, authorization: 'Bearer k', answered: true },
    { answered: true },
  ]);
  expect((await post(server.baseUrl, { nonsense: true })).status).toBe(400);
});

test('can be overloaded, broken and silent', async () => {
  const server = await modelServer();
  server.answerWith(() => ({ status: 429, retryAfterSeconds: 2 }));
  const overloaded = await post(server.baseUrl, question);
  expect([overloaded.status, overloaded.headers.get('retry-after')]).toEqual([429, '2']);
  server.answerWith(() => ({ malformed: '{"choices": [' }));
  await expect(post(server.baseUrl, question).then((answer) => answer.json())).rejects.toThrow();
  server.answerWith(() => ({ hang: true }));
  const patience = new AbortController();
  const silent = post(server.baseUrl, question, patience.signal);
  await waitFor(() => server.requests.length === 3, { what: 'the question to arrive' });
  patience.abort();
  await expect(silent).rejects.toThrow();
  await waitFor(() => server.requests[2]?.aborted, { what: 'the server to notice that nobody waits any more' });
});
