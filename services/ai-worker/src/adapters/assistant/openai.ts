import { Permanent, type SafeContext, Transient } from '@wbm/runtime';
import OpenAI from 'openai';
import { z } from 'zod';
import type { Assistant } from '../../ports.ts';

type OpenaiOptions = {
  readonly apiKey: string;
  /** Up to and without /chat/completions. */
  readonly baseUrl: string;
  readonly model: string;
  readonly temperature: number;
  readonly maxTokens: number;
  /** For the whole call, its body included. */
  readonly timeoutMs: number;
};

/** The part of a completion we read; servers that call themselves compatible differ in the rest. */
const completion = z.looseObject({
  choices: z.array(z.looseObject({ message: z.looseObject({ content: z.string().nullish() }) })).min(1),
  usage: z.looseObject({ prompt_tokens: z.int().nonnegative(), completion_tokens: z.int().nonnegative() }).nullish(),
});

/** Any API that speaks OpenAI's chat completions. It never tries again by itself: the rows know what is due. */
export function openaiAssistant(options: OpenaiOptions): Assistant {
  const { model, temperature, maxTokens, timeoutMs } = options;
  const client = new OpenAI({
    apiKey: options.apiKey,
    baseURL: options.baseUrl,
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off', // It would write prompts and answers.
    organization: null,
    project: null,
  });

  return {
    model,
    async answer(_conversation, prompt, signal) {
      // The client's own time-out ends with the headers; a body that trickles would have for ever.
      const late = AbortSignal.timeout(timeoutMs);
      const body = {
        model,
        messages: [...prompt],
        temperature,
        max_tokens: maxTokens,
        response_format: { type: 'json_object' as const },
      };
      let raw: unknown;
      try {
        raw = await client.chat.completions.create(body, { signal: AbortSignal.any([signal, late]) });
      } catch (error) {
        if (signal.aborted) throw new Transient('ai.aborted', 'the call was given up');
        throw late.aborted ? timedOut() : failureOf(error);
      }
      const parsed = completion.safeParse(raw);
      if (!parsed.success) throw malformed();
      const { choices, usage } = parsed.data;
      return {
        content: choices[0]?.message.content ?? '',
        inputTokens: usage?.prompt_tokens ?? null,
        outputTokens: usage?.completion_tokens ?? null,
      };
    },
  };
}

/** Worth another try although the server blames the request. */
const PASSING = new Set([408, 409, 425, 429]);

/** The one place where a failure of the API gets its sort. Causes stay here: servers quote the request in their errors. */
function failureOf(error: unknown): unknown {
  if (error instanceof OpenAI.APIConnectionTimeoutError || error instanceof OpenAI.APIUserAbortError) return timedOut();
  if (error instanceof OpenAI.APIConnectionError)
    return new Transient('ai.unreachable', 'the model’s API is not reachable');
  if (error instanceof SyntaxError) return malformed();
  if (!(error instanceof OpenAI.APIError)) return error;
  const status = Number(error.status ?? 0);
  const context: SafeContext = { status, ...retryAfter(error.headers) };
  if (status === 429) return new Transient('ai.busy', 'the model’s API asks to slow down', { context });
  if (PASSING.has(status) || status >= 500)
    return new Transient('ai.unavailable', 'the model’s API failed', { context });
  return new Permanent('ai.refused', 'the model’s API refuses the request', { context });
}

function timedOut(): Transient {
  return new Transient('ai.timeout', 'the model took too long');
}

function malformed(): Transient {
  return new Transient('ai.malformed', 'the model’s API did not answer with a completion');
}

function retryAfter(headers: Headers | undefined): SafeContext {
  const seconds = Number(headers?.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: Math.ceil(seconds * 1_000) } : {};
}
