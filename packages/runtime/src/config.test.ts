import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { baseEnv } from './base-env.ts';
import { describeConfig, parseConfig } from './config.ts';
import { env } from './env.ts';

const one = (schema: z.ZodType, value: string | undefined, more: Record<string, string> = {}) =>
  parseConfig(z.object({ X: schema }), { ...(value === undefined ? {} : { X: value }), ...more });
const fault = (problem: string, description = 'd') => ({
  ok: false,
  faults: [{ variable: 'X', problem, description }],
});

describe('values', () => {
  test.each([
    [env.integer('d'), '12', 12],
    [env.integer('d').default(5), undefined, 5],
    [env.integer('d').default(5), '', 5],
    [env.decimal('d'), '0.25', 0.25],
    [env.flag('d'), 'yes', true],
    [env.flag('d').default(true), 'off', false],
    [env.list('d'), ' a@x.de, b@x.de ', ['a@x.de', 'b@x.de']],
    [env.url('d', ['redis']), 'redis://h:1', 'redis://h:1'],
    [env.text('d').optional(), undefined, undefined],
    [env.path('d'), '/a/../b', '/b'],
  ])('%#', (schema, given, wanted) => {
    expect(one(schema as z.ZodType, given)).toEqual({ ok: true, config: wanted === undefined ? {} : { X: wanted } });
  });

  test.each([
    [env.integer('d', { min: 1, max: 9 }), '10', 'must be a whole number from 1 to 9'],
    [env.integer('d'), '1e3', 'must be a whole number of at least 0'],
    [env.integer('d'), undefined, 'is not set'],
    [env.integer('d'), '', 'is not set'],
    [env.flag('d'), 'maybe', 'must be true or false'],
    [env.choice('d', ['a', 'b']), 'c', 'must be one of a, b'],
    [env.url('d', ['redis', 'rediss']), 'http://h', 'must be a URL beginning with redis:// or rediss://'],
  ])('fault %#', (schema, given, problem) => {
    expect(one(schema as z.ZodType, given)).toEqual(fault(problem));
  });
});

describe('secrets', () => {
  const secret = env.secret('d', { min: 4 }).default('known to everybody');

  test('have a default in embedded mode only', () => {
    expect(one(secret, undefined, { APP_MODE: 'embedded' })).toEqual({ ok: true, config: { X: 'known to everybody' } });
    expect(one(secret, undefined)).toEqual(fault('is not set, and a secret has no default outside embedded mode'));
    expect(one(secret, undefined, { APP_MODE: 'server' }).ok).toBe(false);
  });

  test('may be left out when optional, must be long enough, and are no placeholder', () => {
    expect(one(env.secret('d').optional(), undefined).ok).toBe(true);
    expect(one(secret, 'abc')).toEqual(fault('must have at least 4 characters'));
    expect(one(secret, 'change-me-please')).toEqual(fault('is a placeholder; give it a value of its own'));
  });

  test.each([
    ['ab'.repeat(32), true],
    [Buffer.alloc(32, 7).toString('base64'), true],
    [Buffer.alloc(32, 7).toString('base64url').replace('=', ''), true],
    ['ab'.repeat(31), false],
    [Buffer.alloc(33, 7).toString('base64'), false],
    [`${'A'.repeat(42)}B=`, false],
  ])('a key is 32 bytes: %s', (given, fits) => {
    const key = env.key('d').optional();
    expect(one(key, given).ok).toBe(fits);
    expect(describeConfig(z.object({ X: key }))).toMatchObject([{ description: 'd', required: false, secret: true }]);
  });
});

test('faults of the whole are told too', () => {
  const schema = z
    .object({ A: env.integer('a').default(1), B: env.integer('b').default(2) })
    .refine((c) => c.A < c.B, { error: 'A must be below B', path: ['A'] });
  expect(parseConfig(schema, { A: '3' })).toEqual({
    ok: false,
    faults: [{ variable: 'A', problem: 'A must be below B', description: 'a' }],
  });
});

test('a schema can be described for documentation', () => {
  const schema = z.object({
    A: env.integer('How many.').default(3),
    K: env.secret('A key.').default('x'),
    R: env.text('Needed.'),
    O: env.text('Maybe.').optional(),
  });
  expect(describeConfig(schema)).toEqual([
    { variable: 'A', description: 'How many.', required: false, secret: false, default: '3' },
    { variable: 'K', description: 'A key.', required: true, secret: true },
    { variable: 'R', description: 'Needed.', required: true, secret: false },
    { variable: 'O', description: 'Maybe.', required: false, secret: false },
  ]);
});

test('every variable of the base is described', () => {
  expect(describeConfig(baseEnv).filter((variable) => variable.description === '')).toEqual([]);
});
