import { ConstraintViolation } from '@wbm/db';
import { Permanent, Transient } from '@wbm/runtime';
import { expect, test } from 'vitest';
import { keptForLater } from './kept-for-later.ts';

const sqlState = (code: string) => Object.assign(new Error(`SQLSTATE ${code}`), { code });

test.each([
  ['a password that is wrong today', new Permanent('db.login-refused', 'no')],
  ['a role that lacks a right', sqlState('42501')],
  ['an error inside Postgres', sqlState('XX000')],
  ['one that was faster', new ConstraintViolation('unique', 'some_key')],
])('is kept: %s', async (_, error) => {
  await expect(keptForLater(Promise.reject(error))).rejects.toBeInstanceOf(Transient);
});

test.each([
  ['a value that is none', sqlState('22P05')],
  ['what a rule forbids', new ConstraintViolation('check', 'some_check')],
])('is told as it is: %s', async (_, error) => {
  await expect(keptForLater(Promise.reject(error))).rejects.toBe(error);
});

test('answers what was written', async () => {
  expect(await keptForLater(Promise.resolve(7))).toBe(7);
});
