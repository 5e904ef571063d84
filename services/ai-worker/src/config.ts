import { env } from '@wbm/runtime';
import { z } from 'zod';

/** The environment of the ai-worker, beside what every service reads. */
export const config = z.object({
  AI_API_KEY: env
    .secret('Key of the OpenAI-compatible API. Without one the built-in scripted assistant answers.')
    .optional(),
  AI_BASE_URL: env
    .url('Where the OpenAI-compatible API is, up to and without /chat/completions.')
    .default('https://api.deepseek.com'),
  AI_MODEL: env.text('Which model answers.', { max: 200 }).default('deepseek-chat'),
  AI_TEMPERATURE: env.decimal('How freely the model chooses its words.', { max: 2 }).default(0.4),
  AI_MAX_TOKENS: env.integer('The longest answer of the model, in tokens.', { min: 64, max: 32_000 }).default(1_500),
  AI_TIMEOUT_MS: env
    .integer('How long one call to the model may take, in milliseconds.', { min: 100, max: 50_000 })
    .default(40_000),
  AI_WORKER_CONCURRENCY: env
    .integer('How many conversations one ai-worker answers at a time.', { min: 1, max: 500 })
    .default(16),
});
