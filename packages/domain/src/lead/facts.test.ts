import { describe, expect, test } from 'vitest';
import type { FieldSource, LeadFieldName } from '../vocabulary.ts';
import { mergeFacts } from './facts.ts';

const nobody = { name: null, email: null, location: null, phone: null };
const fact = (name: LeadFieldName, value: string, source: FieldSource = 'model') => ({
  name,
  value,
  source,
  quote: value,
  confidence: 0.9,
});

describe('merging facts', () => {
  test.each([
    ['a first value', nobody, {}, [fact('name', ' Ana  Souza ')], { name: 'Ana Souza' }],
    ['an e-mail in capitals', nobody, {}, [fact('email', 'Ana@Example.COM')], { email: 'ana@example.com' }],
    ['a phone as typed', nobody, {}, [fact('phone', '11 8765-4321')], { phone: '+5511987654321' }],
    ['a phone that is none', nobody, {}, [fact('phone', 'later')], {}],
    ['the same again', { ...nobody, name: 'Ana' }, { name: 'model' }, [fact('name', 'ANA')], {}],
    ['less than is known', { ...nobody, name: 'Ana Souza' }, { name: 'model' }, [fact('name', 'ana')], {}],
    [
      'more than is known',
      { ...nobody, name: 'Ana' },
      { name: 'model' },
      [fact('name', 'Ana Souza')],
      { name: 'Ana Souza' },
    ],
    ['the latest wins', { ...nobody, name: 'Ana' }, { name: 'model' }, [fact('name', 'Eva')], { name: 'Eva' }],
    ['the latest of several', nobody, {}, [fact('name', 'Ana'), fact('name', 'Eva')], { name: 'Eva' }],
    ["a vendor's value stays", { ...nobody, name: 'Ana' }, { name: 'vendor' }, [fact('name', 'Eva')], {}],
    [
      "a vendor's e-mail stays before a rule",
      { ...nobody, email: 'a@b.co' },
      { email: 'vendor' },
      [fact('email', 'x@y.co', 'rule')],
      {},
    ],
    [
      "a vendor's value yields to a vendor",
      { ...nobody, name: 'Ana' },
      { name: 'vendor' },
      [fact('name', 'Eva', 'vendor')],
      { name: 'Eva' },
    ],
    [
      "a rule's e-mail stays before a model",
      { ...nobody, email: 'a@b.co' },
      { email: 'rule' },
      [fact('email', 'x@y.co')],
      {},
    ],
    [
      "a model's e-mail yields to a rule",
      { ...nobody, email: 'a@b.co' },
      { email: 'model' },
      [fact('email', 'x@y.co', 'rule')],
      { email: 'x@y.co' },
    ],
    [
      'rule before model in one go',
      nobody,
      {},
      [fact('email', 'a@b.co', 'rule'), fact('email', 'x@y.co')],
      { email: 'a@b.co' },
    ],
    ['a value of unknown origin', { ...nobody, email: 'a@b.co' }, {}, [fact('email', 'x@y.co')], { email: 'x@y.co' }],
  ] as const)('%s', (_, current, sources, found, values) => {
    const merged = mergeFacts(current, sources, found, 'BR');
    expect(merged.values).toEqual(values);
    expect(merged.fields.at(-1)?.value).toBe(Object.values(values).at(-1));
  });

  test('keeps the evidence of each', () => {
    const { fields } = mergeFacts(nobody, {}, [{ ...fact('name', 'Ana'), messageId: 4 }]);
    expect(fields).toEqual([{ ...fact('name', 'Ana'), messageId: 4 }]);
  });
});
