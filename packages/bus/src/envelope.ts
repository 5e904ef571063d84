import { currentCorrelation, newCorrelationId } from '@wbm/runtime';
import { z } from 'zod';

/** What travels: the payload, and the correlation id of the story it belongs to. */
const envelope = z.object({ cid: z.string().min(1).max(128), payload: z.unknown() });

export type Opened<T> =
  | { readonly ok: true; readonly cid: string; readonly payload: T }
  /** `paths` says where it did not fit, e.g. `payload.botId`; never what stood there. */
  | {
      readonly ok: false;
      readonly cid: string;
      readonly paths: readonly string[];
      readonly ids: Readonly<Record<string, string | number>>;
    };

/** Puts a payload in an envelope. Throws a ZodError when it does not fit its contract: that is the sender's bug. */
export function seal<S extends z.ZodType>(schema: S, payload: z.input<S>): { cid: string; payload: z.output<S> } {
  return { cid: currentCorrelation() ?? newCorrelationId(), payload: schema.parse(payload) };
}

export function open<S extends z.ZodType>(schema: S, raw: unknown): Opened<z.output<S>> {
  const outer = envelope.safeParse(raw);
  if (!outer.success) return { ok: false, cid: newCorrelationId(), paths: ['(envelope)'], ids: {} };
  const { cid, payload } = outer.data;
  const inner = schema.safeParse(payload);
  if (inner.success) return { ok: true, cid, payload: inner.data };
  const paths = inner.error.issues.map((issue) => ['payload', ...issue.path.map(String)].join('.'));
  return { ok: false, cid, paths, ids: idsOf(payload) };
}

/** Fields that are called ids and look like ones: numbers, UUIDs and short slugs; anything else could be content. */
export function idsOf(payload: unknown): Record<string, string | number> {
  if (typeof payload !== 'object' || payload === null) return {};
  const ids: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(payload)) {
    const looksLikeId =
      typeof value === 'number'
        ? Number.isSafeInteger(value)
        : /^[a-z][a-z0-9_-]{0,63}$|^[0-9a-f-]{36}$/.test(String(value));
    if (/^[a-zA-Z]{1,32}Id$/.test(key) && looksLikeId && (typeof value === 'number' || typeof value === 'string'))
      ids[key] = value;
  }
  return ids;
}
