import type { ModelRequest, ModelScript } from '@wbm/testkit';

/** Everything a request shows the model, as one string to look for a customer's words in. */
export const shown = (request: ModelRequest): string => JSON.stringify(request.body.messages);

/** Answers each request with the words given, numbered so that no two answers are the same. */
export const answersNumbered =
  (delayMs = 0): ModelScript =>
  (_request, index) => ({ content: { replies: [`Answer number ${index + 1}.`], fields: [] }, delayMs });
