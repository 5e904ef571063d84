import { expect, test } from 'vitest';
import { isQualified } from './qualify.ts';

const nobody = { name: null, email: null, location: null, phone: null };
const usual = [['name'], ['phone', 'email']] as const;

test.each([
  ['nothing known', usual, nobody, false],
  ['a name only', usual, { ...nobody, name: 'Ana' }, false],
  ['name and phone', usual, { ...nobody, name: 'Ana', phone: '+5511987654321' }, true],
  ['name and e-mail', usual, { ...nobody, name: 'Ana', email: 'ana@example.com' }, true],
  ['e-mail and phone without a name', usual, { ...nobody, email: 'a@b.co', phone: '+5511987654321' }, false],
  ['another rule', [['location']] as const, { ...nobody, location: 'Lisbon' }, true],
  ['an empty value', [['location']] as const, { ...nobody, location: '' }, false],
  ['an empty rule', [], { ...nobody, name: 'Ana' }, false],
  ['an entry nobody can meet', [[]], { ...nobody, name: 'Ana' }, false],
])('%s', (_, rule, values, qualified) => {
  expect(isQualified(rule, values)).toBe(qualified);
});
