import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cpuMs } from '../../test/cpu-ms.ts';
import { extractFacts, isEmail } from './extract.ts';

const read = (text: string, region = 'BR') =>
  extractFacts(text, { region }).map(({ name, value }) => `${name} ${value}`);

describe('facts read by rule', () => {
  test.each([
    ['Write to Ana.Souza+shop@Example.com.br, please.', ['email ana.souza+shop@example.com.br']],
    ['my mail is ana@example.com.', ['email ana@example.com']],
    ['(ana@example.com)', ['email ana@example.com']],
    ['ana@example.com or bob@example.org', ['email ana@example.com', 'email bob@example.org']],
    ['ana@example', []],
    ['@ana and ana@', []],
    ['a..b@example.com', ['email b@example.com']],
    ['11 98765-4321', ['phone +5511987654321']],
    ['(11)987654321 ou ana@example.com', ['phone +5511987654321', 'email ana@example.com']],
    ['+351 912 345 678', ['phone +351912345678']],
    ['my number is 1187654321', ['phone +5511987654321']],
    ['order 12345', []],
    ['it costs 1.500,00', []],
    ['CPF 529.982.247-25', []],
    ['CNPJ 11.222.333/0001-81', []],
    ['on 12/05/2026 at 10:30', []],
    ['https://example.com/p/11987654321', []],
    ['11987654321@example.com', ['email 11987654321@example.com']],
    ['', []],
  ])('%s', (text, facts) => {
    expect(read(text)).toEqual(facts);
  });

  test('the quote stands in the message as it was written', () => {
    const text = 'E-mail: Ana@Example.com, phone (11) 98765-4321!';
    for (const { quote } of extractFacts(text, { region: 'BR' })) expect(text).toContain(quote);
  });

  test('a number without the plus is nobody’s outside its country', () => {
    expect(extractFacts('912 345 678')).toEqual([]);
    expect(read('912 345 678', 'PT')).toEqual(['phone +351912345678']);
  });

  test('whatever is said is quoted from it, and hostile text stays cheap', () => {
    const hostile = [
      'a'.repeat(65_536),
      'a.'.repeat(32_768),
      'a@'.repeat(32_768),
      `${'a.'.repeat(2_000)}@`,
      `x@${'a-'.repeat(2_000)}`,
      `x@${'a.'.repeat(2_000)}`,
      '1'.repeat(65_536),
      '1 '.repeat(32_768),
      '(1'.repeat(32_768),
      '+1-'.repeat(20_000),
      '1/2/'.repeat(16_000),
      `${'0123456789 '.repeat(6_000)}`,
      'https://'.repeat(8_000),
    ];
    for (const text of hostile) {
      expect(
        cpuMs(() => extractFacts(text, { region: 'BR' })),
        text.slice(0, 12),
      ).toBeLessThan(1_000);
    }
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a1+@. -()/x'), maxLength: 300 }), (text) => {
        for (const { quote } of extractFacts(text, { region: 'BR' })) expect(text).toContain(quote);
      }),
    );
  });
});

test('an address is an e-mail only as a whole', () => {
  expect(isEmail('ana@example.com')).toBe(true);
  expect(isEmail('ana@example.com ')).toBe(false);
  expect(isEmail(`${'a'.repeat(300)}@example.com`)).toBe(false);
});
