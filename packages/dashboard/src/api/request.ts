import type { z } from 'zod';
import { ApiProblem, problemFrom } from './problem.ts';

interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | true | undefined>>;
  readonly signal?: AbortSignal;
}

/** Calls the gateway and parses the answer with the contract. Throws `ApiProblem` and nothing else, except on abort. */
export async function request<S extends z.ZodType>(schema: S, path: string, call: Call = {}): Promise<z.output<S>> {
  const body = await exchange(path, call);
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new ApiProblem(200, 'unexpected-answer', null, [], parsed.error);
  return parsed.data;
}

/** Calls the gateway where the answer says no more than that it was done. */
export async function command(path: string, call: Call = {}): Promise<void> {
  await exchange(path, { method: 'POST', ...call });
}

async function exchange(path: string, { method = 'GET', body, query, signal }: Call): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path + queryString(query), {
      method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiProblem(0, 'unreachable', null, [], error);
  }
  const answer = await readJson(response);
  if (!response.ok) throw problemFrom(response.status, answer);
  return answer;
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function queryString(query: Call['query']): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) params.set(name, String(value));
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
