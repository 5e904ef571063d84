import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { command, request } from './request.ts';

const answer = z.object({ id: z.number() });

function answering(respond: () => Response | Promise<Response>) {
  const fetching = vi.fn((_url: string, _init: RequestInit) => Promise.resolve(respond()));
  vi.stubGlobal('fetch', fetching);
  return fetching;
}

afterEach(() => vi.unstubAllGlobals());

describe('request', () => {
  it('parses what the contract says and drops what it does not', async () => {
    answering(() => Response.json({ id: 1, secret: true }));
    expect(await request(answer, '/api/x')).toEqual({ id: 1 });
  });

  it('writes the query without what is undefined, and a body only when there is one', async () => {
    const fetching = answering(() => Response.json({ id: 1 }));
    await request(answer, '/api/x', { query: { q: 'a b', cursor: undefined, limit: 5 } });
    expect(fetching.mock.calls[0]?.[0]).toBe('/api/x?q=a+b&limit=5');
    expect(fetching.mock.calls[0]?.[1]).not.toHaveProperty('body');
    await request(answer, '/api/x', { method: 'POST', body: { a: 1 } });
    expect(fetching.mock.calls[1]?.[1]).toMatchObject({ method: 'POST', body: '{"a":1}' });
  });

  it.each([
    ['nobody answers', () => Promise.reject(new TypeError('Failed to fetch')), 'unreachable'],
    ['the answer is another one', () => Response.json({ id: 'one' }), 'unexpected-answer'],
    ['the answer is a page', () => new Response('<html>'), 'unexpected-answer'],
    ['the error is a page', () => new Response('<html>', { status: 502 }), 'http-502'],
  ])('when %s, the problem is named', async (_says, respond, code) => {
    answering(respond);
    await expect(request(answer, '/api/x')).rejects.toMatchObject({ name: 'ApiProblem', code });
  });

  it('takes an empty answer to a command', async () => {
    answering(() => new Response(null, { status: 204 }));
    await expect(command('/logout')).resolves.toBeUndefined();
  });
});
