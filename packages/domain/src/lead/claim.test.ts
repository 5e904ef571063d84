import { describe, expect, test } from 'vitest';
import type { LeadFieldName, Sender } from '../vocabulary.ts';
import { believedValue, saysThisNumber } from './claim.ts';

const context = { customerNumber: '+5511987654321', region: 'BR' };
const claimed = (name: LeadFieldName, value: string, quote: string, text = quote, sender: Sender = 'customer') =>
  believedValue({ name, value, quote, messageId: 1, confidence: 1 }, { id: 1, text, sender }, context);

describe('claims that are believed', () => {
  test.each([
    ['name', 'Ana Souza', "I'm ana souza", 'Ana Souza'],
    ['name', 'José', 'me chamo jose', 'José'],
    ['name', '王芳', '我叫王芳', '王芳'],
    ['email', 'Ana@Example.com', 'ana@example.com', 'ana@example.com'],
    ['email', 'ana@example.com', 'ana at example dot com', 'ana@example.com'],
    ['phone', '+55 11 98765-4321', 'call 11 98765-4321', '+5511987654321'],
    ['phone', '+5511987654321', 'this number is fine', '+5511987654321'],
    ['location', 'New York', 'NYC', 'New York'],
  ] as const)('%s %s in "%s"', (name, value, quote, believed) => {
    expect(claimed(name, value, quote)).toBe(believed);
  });

  test('a quote is compared without case, accents and spacing', () => {
    expect(claimed('name', 'José', 'MEU  NOME é Jose', 'oi, meu nome e josé!')).toBe('José');
  });
});

describe('claims that are not', () => {
  test.each([
    ['the quote is elsewhere', claimed('name', 'Ana', "I'm Ana", 'hello')],
    ['the quote is empty once folded', claimed('name', 'Ana', '\u0301', 'hello')],
    ['the bot said it', claimed('name', 'Ana', "I'm Ana", "I'm Ana", 'bot')],
    ['a vendor said it', claimed('name', 'Ana', "I'm Ana", "I'm Ana", 'vendor')],
    ['the name is not in the quote', claimed('name', 'Elon Musk', 'hello')],
    ['a single letter is in every quote', claimed('name', 'A B', 'a bee')],
    ['the name is a link', claimed('name', 'www.example.com', 'www.example.com')],
    ['the name is a number', claimed('name', 'R2D2', 'R2D2')],
    ['the name is a script', claimed('name', '<b>Ana', '<b>Ana')],
    ['the name is endless', claimed('name', 'Ana '.repeat(40), 'Ana '.repeat(40))],
    ['another e-mail', claimed('email', 'eva@example.com', 'ana@example.com')],
    ['half an e-mail', claimed('email', 'ana@example.com', 'ana@example.com', 'ana@example.com.br')],
    ['no e-mail at all', claimed('email', 'ana', 'ana')],
    ['another phone', claimed('phone', '+5511999999999', '11 98765-4321')],
    ['an invented phone', claimed('phone', '+5511999999999', 'call me')],
    ['no phone', claimed('phone', 'tomorrow', 'tomorrow')],
    ['"this number" is another', claimed('phone', '+5521999999999', 'this number is fine')],
    ['a place that is a link', claimed('location', 'https://example.com', 'https://example.com')],
    ['a place out of one letter', claimed('location', 'Lisbon', 'i', 'hi')],
  ])('%s', (_, value) => {
    expect(value).toBeNull();
  });

  test('the message does not exist', () => {
    const claim = { name: 'name' as const, value: 'Ana', quote: 'Ana', messageId: 1, confidence: 1 };
    expect(believedValue(claim, undefined, context)).toBeNull();
  });
});

test.each([
  ['you can use this number', 'this number'],
  ['on whatsapp is best', 'on whatsapp'],
  ['pode ser neste número', 'neste número'],
  ['not this number please', null],
  ['use my other number', null],
  ['hello', null],
])('the number written from: %s', (text, said) => {
  expect(saysThisNumber(text)).toBe(said);
});
