import { setTimeout as pause } from 'node:timers/promises';
import Fastify from 'fastify';
import { z } from 'zod';
import { closeAfterwards } from './cleanup.ts';

const chatRequest = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })),
});

export type ModelRequest = {
  readonly body: z.infer<typeof chatRequest>;
  readonly authorization: string | undefined;
  readonly at: Date;
  /** True once the caller hung up before it had its answer. */
  aborted: boolean;
  /** True once an answer of any kind went out. */
  answered: boolean;
};

/** What the pretended model does with a request. `content` that is no string is sent as JSON text. */
export type ModelAnswer =
  | {
      readonly content: unknown;
      readonly delayMs?: number;
      readonly finishReason?: 'stop' | 'length' | 'content_filter';
    }
  | { readonly status: number; readonly retryAfterSeconds?: number; readonly delayMs?: number }
  | { readonly malformed: string; readonly delayMs?: number }
  | { readonly hang: true };

export type ModelScript = (request: ModelRequest, index: number) => ModelAnswer | Promise<ModelAnswer>;

export interface ModelServer {
  /** For AI_BASE_URL: ends in /v1. */
  readonly baseUrl: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly ModelRequest[];
  /** Decides how requests from now on are answered. */
  answerWith(script: ModelScript): void;
  close(): Promise<void>;
}

/** An OpenAI-compatible server for tests: answers by script, and can be slow, broken, overloaded or silent. */
export async function modelServer(
  script: ModelScript = () => ({ content: { replies: [], fields: [] } }),
): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const closing = new AbortController();
  let current = script;
  const app = Fastify({ forceCloseConnections: true, bodyLimit: 8 * 1024 * 1024 });

  app.post('/v1/chat/completions', async (incoming, reply) => {
    const parsed = chatRequest.safeParse(incoming.body);
    if (!parsed.success) return reply.code(400).send(problem(400, 'not a chat completion request'));
    const { authorization } = incoming.headers;
    const request: ModelRequest = { body: parsed.data, authorization, at: new Date(), aborted: false, answered: false };
    requests.push(request);
    reply.raw.once('close', () => {
      if (!request.answered) request.aborted = true;
    });
    const answer = await current(request, requests.length - 1);
    if ('hang' in answer) return reply.hijack();
    if (answer.delayMs) await pause(answer.delayMs, undefined, { signal: closing.signal }).catch(() => {});
    if (request.aborted) return reply.hijack();
    request.answered = true;
    if ('malformed' in answer) return reply.header('content-type', 'application/json').send(answer.malformed);
    if ('status' in answer) {
      if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', String(answer.retryAfterSeconds));
      return reply.code(answer.status).send(problem(answer.status, 'as the test wants it'));
    }
    return reply.send(completion(request, answer, requests.length));
  });

  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = async () => {
    closing.abort();
    await app.close();
  };
  closeAfterwards('model server', close);
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    answerWith: (next) => {
      current = next;
    },
    close,
  };
}

function completion(request: ModelRequest, answer: Extract<ModelAnswer, { content: unknown }>, number: number) {
  const content = typeof answer.content === 'string' ? answer.content : JSON.stringify(answer.content);
  return {
    id: `chatcmpl-test-${number}`,
    object: 'chat.completion',
    created: Math.floor(request.at.getTime() / 1000),
    model: request.body.model,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: answer.finishReason ?? 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
  };
}

function problem(status: number, message: string) {
  return { error: { message, type: 'test', code: String(status), param: null } };
}
