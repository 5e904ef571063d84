import { scriptedAnswer } from '@wbm/domain';
import type { Assistant } from '../../ports.ts';

/** The built-in assistant: no key, no network, the same answer to the same conversation. */
export function scriptedAssistant(): Assistant {
  return {
    model: 'scripted',
    async answer(conversation, _prompt, signal) {
      signal.throwIfAborted();
      return { content: JSON.stringify(scriptedAnswer(conversation)), inputTokens: null, outputTokens: null };
    },
  };
}
