import { resolve } from 'node:path';
import { z } from 'zod';
import { findRoot } from './root.ts';

/**
 * Schemas for environment variables: text in, a typed value out, a description that docs/configuration.md and
 * `.env.example` are generated from. Add `.default(…)` or `.optional()` behind them as with any zod schema.
 * Messages say what is wanted and never show what was given.
 */
export const env = {
  text: (description: string, { min = 1, max = 10_000 } = {}) => {
    const error = `must have ${min} to ${max} characters`;
    return z.string({ error }).min(min, { error }).max(max, { error }).describe(description);
  },

  integer: (description: string, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}) => {
    const error =
      max === Number.MAX_SAFE_INTEGER
        ? `must be a whole number of at least ${min}`
        : `must be a whole number from ${min} to ${max}`;
    return numeric(/^-?\d+$/, error, min, max).describe(description);
  },

  decimal: (description: string, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}) => {
    const error = `must be a number from ${min} to ${max}`;
    return numeric(/^-?\d+(\.\d+)?$/, error, min, max).describe(description);
  },

  /** A TCP port to listen on; 0 takes any free one. */
  port: (description: string) => env.integer(description, { min: 0, max: 65_535 }),

  flag: (description: string) =>
    z
      .stringbool({
        truthy: ['true', '1', 'yes', 'on'],
        falsy: ['false', '0', 'no', 'off'],
        error: 'must be true or false',
      })
      .describe(description),

  choice: <const T extends readonly [string, ...string[]]>(description: string, choices: T) =>
    z.enum(choices, { error: `must be one of ${choices.join(', ')}` }).describe(description),

  /** A URL, kept as text because drivers want text. `protocols` without the colon. */
  url: (description: string, protocols: readonly string[] = ['http', 'https']) => {
    const error = `must be a URL beginning with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`;
    const fits = (text: string) => URL.canParse(text) && protocols.includes(new URL(text).protocol.slice(0, -1));
    return z.string({ error }).refine(fits, { error }).describe(description);
  },

  /** Values separated by commas or blanks, e.g. e-mail addresses. */
  list: (description: string, item: z.ZodType<string, string> = z.string()) =>
    z
      .string()
      .transform((text) => text.split(/[\s,]+/).filter(Boolean))
      .pipe(z.array(item))
      .describe(description),

  /** A folder or file; a relative one is meant from the root of the repository. */
  path: (description: string) =>
    z
      .string()
      .transform((path) => resolve(findRoot(), path))
      .describe(description),

  /**
   * A key, password or token. A `.default(…)` behind it counts in embedded mode only; a server must be given one
   * of its own, and never the placeholder of an example file.
   */
  secret: (description: string, { min = 1 } = {}) => {
    const error = `must have at least ${min} characters`;
    return z.string({ error }).min(min, { error }).meta({ description, secret: true });
  },

  /** A secret of 32 random bytes, kept as the text it was given as: hex, or base64 with or without its padding. */
  key: (description: string) => {
    const error = 'must be 32 bytes in hex or base64, as `openssl rand -hex 32` makes them';
    return z
      .string({ error })
      .regex(/^([0-9a-fA-F]{64}|[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=?)$/, { error })
      .meta({ description, secret: true });
  },
};

function numeric(pattern: RegExp, error: string, min: number, max: number) {
  const range = z.number({ error }).min(min, { error }).max(max, { error });
  return z.string({ error }).regex(pattern, { error }).transform(Number).pipe(range);
}
