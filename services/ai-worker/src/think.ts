import { type AssistantAnswer, buildPrompt, guardAnswer, type PromptMessage, parseAnswer } from '@wbm/domain';
import { Permanent, Transient } from '@wbm/runtime';
import type { Assistant, Conversation, Ports } from './ports.ts';

/** Calls for one turn: the answer, and once more when it cannot be used. */
const CALLS = 2;

export type Thought =
  | {
      readonly ok: true;
      readonly answer: AssistantAnswer;
      /** `regenerated: …` names why the first answer was not used. */
      readonly verdict: string;
      readonly inputTokens: number | null;
      readonly outputTokens: number | null;
    }
  | { readonly ok: false; readonly code: string; readonly permanent: boolean; readonly retryAfterMs: number };

type Tools = Pick<Ports, 'assistant' | 'clock' | 'metrics'>;

/** One turn's answer, read and guarded. Failures of the assistant are values here; whatever else throws is a bug. */
export async function think(conversation: Conversation, tools: Tools, signal: AbortSignal): Promise<Thought> {
  const { assistant, clock, metrics } = tools;
  const { messages } = buildPrompt({ ...conversation, now: clock.now() });
  let prompt: PromptMessage[] = messages;
  let refused: string | undefined;
  let [inputTokens, outputTokens]: (number | null)[] = [null, null];

  for (let call = 1; call <= CALLS; call += 1) {
    const began = clock.monotonicMs();
    const called = (outcome: string) => metrics.called(assistant.model, outcome, (clock.monotonicMs() - began) / 1_000);
    let completion: Awaited<ReturnType<Assistant['answer']>>;
    try {
      completion = await assistant.answer(conversation, prompt, signal);
    } catch (error) {
      called(
        signal.aborted ? 'aborted' : error instanceof Transient || error instanceof Permanent ? error.code : 'bug',
      );
      return failed(error);
    }
    metrics.tokens(assistant.model, completion.inputTokens, completion.outputTokens);
    inputTokens = sum(inputTokens ?? null, completion.inputTokens);
    outputTokens = sum(outputTokens ?? null, completion.outputTokens);

    const read = parseAnswer(completion.content);
    const guarded = read.ok ? guardAnswer(read.answer, conversation) : read;
    called(guarded.ok ? 'ok' : 'unusable');
    if (guarded.ok) {
      const verdict = refused === undefined ? 'ok' : `regenerated: ${refused}`;
      return { ok: true, answer: guarded.answer, verdict, inputTokens, outputTokens };
    }
    refused = guarded.reason;
    prompt = [...messages, ...correction(completion.content, guarded.reason)];
  }
  return { ok: false, code: 'ai.unusable', permanent: false, retryAfterMs: 0 };
}

function failed(error: unknown): Thought {
  if (!(error instanceof Transient || error instanceof Permanent)) throw error;
  const { code, context } = error;
  const retryAfterMs = typeof context.retryAfterMs === 'number' ? context.retryAfterMs : 0;
  return { ok: false, code, permanent: error instanceof Permanent, retryAfterMs };
}

/** Shows the model its own answer, shortened, and which rule it broke. */
function correction(content: string, reason: string): PromptMessage[] {
  return [
    { role: 'assistant', content: content.slice(0, 4_000) || '(nothing)' },
    {
      role: 'user',
      content: `That answer cannot be used (${reason}). Answer the conversation again with one JSON object as instructed and nothing else.`,
    },
  ];
}

function sum(a: number | null, b: number | null): number | null {
  return a === null ? b : a + (b ?? 0);
}
