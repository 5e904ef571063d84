import { describe, expect, it } from 'vitest';
import { sentenceKey } from '../i18n/sentence.ts';
import { ApiProblem, isPassing, problemFrom } from './problem.ts';

describe('problemFrom', () => {
  it('reads a problem document', () => {
    const body = {
      type: '/problems/lead-taken',
      title: 'A colleague has this lead',
      status: 409,
      code: 'lead-taken',
      detail: 'ana@example.com has this lead.',
      errors: [{ path: 'to', message: 'is gone' }],
    };
    expect(problemFrom(409, body)).toMatchObject({
      status: 409,
      code: 'lead-taken',
      detail: body.detail,
      errors: body.errors,
    });
  });

  it.each([undefined, null, 'Bad Gateway', {}, { status: 502 }])('makes do with the status of %j', (body) => {
    expect(problemFrom(502, body)).toMatchObject({ status: 502, code: 'http-502', detail: null });
  });
});

describe('sentenceKey', () => {
  it.each([
    [409, 'lead-taken', 'lead-taken'],
    [409, 'something-new', 'stale'],
    [400, 'invalid-json', 'invalid'],
    [401, 'signed-out', 'unauthenticated'],
    [404, 'unknown-lead', 'not-found'],
    [0, 'unreachable', 'unreachable'],
    [503, 'http-503', 'unavailable'],
    [418, 'http-418', null],
  ])('%i %s is said as %s', (status, code, expected) => {
    expect(sentenceKey(new ApiProblem(status, code, null))).toBe(expected);
  });
});

describe('isPassing', () => {
  it.each([
    [0, true],
    [429, true],
    [503, true],
    [500, false],
    [404, false],
    [409, false],
  ])('%i: %s', (status, expected) => {
    expect(isPassing(new ApiProblem(status, 'x', null))).toBe(expected);
  });
});
