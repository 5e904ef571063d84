import { updateBot } from '@wbm/contracts';
import { expect, it } from 'vitest';
import { limitOf } from './limit.ts';

it.each([
  ['', null],
  ['  ', null],
  ['12', 12],
  [' 12 ', 12],
  ['0', 'wrong'],
  ['61', 'wrong'],
  ['1.5', 'wrong'],
  ['-3', 'wrong'],
  ['1e1', 'wrong'],
  ['many', 'wrong'],
])('reads %j as %s', (typed, limit) => {
  expect(limitOf(typed, updateBot.shape.sendPerMinute)).toBe(limit);
});
