import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cpuMs } from '../../test/cpu-ms.ts';
import type { LeadFieldName } from '../vocabulary.ts';
import { readMessage } from './read-message.ts';

const read = (text: string, asked: readonly LeadFieldName[] = [], nameIsLate = false) => {
  const context = { asked: new Set(asked), nameIsLate, region: 'BR', customerNumber: '+5511987654321' };
  return Object.fromEntries(readMessage(text, context).map(({ name, value }) => [name, value]));
};

describe('what a customer says unasked', () => {
  test.each([
    ["I'm Ana", { name: 'Ana' }],
    ['I’m Ana', { name: 'Ana' }],
    ['hi, my name is ana souza', { name: 'Ana Souza' }],
    ['My name is Maria da Silva and I need help', { name: 'Maria da Silva' }],
    ['my name is ana and i live in lisbon', { name: 'Ana', location: 'Lisbon' }],
    ['MY NAME IS ANA SOUZA', { name: 'Ana Souza' }],
    ["I'm Ana looking for shoes", { name: 'Ana' }],
    ['This is Jean-Pierre.', { name: 'Jean-Pierre' }],
    ['Name: João Pedro', { name: 'João Pedro' }],
    ['call me Will', { name: 'Will' }],
    ['Oi, me chamo Ana Paula', { name: 'Ana Paula' }],
    ['Hola, me llamo José', { name: 'José' }],
    [
      "Hi, I'm Sara from Porto, my mail is sara@example.com",
      { name: 'Sara', location: 'Porto', email: 'sara@example.com' },
    ],
    ["I'm from Rio de Janeiro", { location: 'Rio de Janeiro' }],
    ['I live in Lisbon, Portugal.', { location: 'Lisbon, Portugal' }],
    ['I live in the centre of Lisbon', { location: 'centre of Lisbon' }],
    ['We are based in Porto and need help', { location: 'Porto' }],
    ['moro em São Paulo', { location: 'São Paulo' }],
    ['11 98765-4321', { phone: '+5511987654321' }],
  ])('%s', (text, facts) => {
    expect(read(text)).toEqual(facts);
  });

  test.each([
    ["I'm interested in whitening"],
    ["I'm looking for shoes"],
    ["I'm in a hurry"],
    ["I'm here"],
    ["I'm Brazilian"],
    ['Ana'],
    ['Lisbon'],
    ['this is great'],
    ['it is from Monday on'],
    ['call me later'],
    ['call me when you can'],
    ["my friend's name is Bob"],
    ['my name is not important'],
    ['how much is it from here?'],
    ['this number is fine'],
    ['hello'],
    ['👍'],
    [''],
  ])('nothing: %s', (text) => {
    expect(read(text)).toEqual({});
  });
});

describe('what a customer answers', () => {
  test.each([
    ['Ana', ['name'], { name: 'Ana' }],
    ['ana souza', ['name'], { name: 'Ana Souza' }],
    ['Hi, Ana', ['name'], { name: 'Ana' }],
    ['Sure, Ana. And yours?', ['name'], { name: 'Ana' }],
    ['Ana, ana@example.com', ['name'], { name: 'Ana', email: 'ana@example.com' }],
    ["it's ana", ['name'], { name: 'Ana' }],
    ['May', ['name'], { name: 'May' }],
    ['hello', ['name'], {}],
    ['how much is it?', ['name'], {}],
    ['yes please', ['name'], {}],
    ['no thanks', ['name'], {}],
    ['I need shoes', ['name'], {}],
    ['waiting', ['name'], {}],
    ['Lisbon', ['location'], { location: 'Lisbon' }],
    ['in lisbon, portugal', ['location'], { location: 'Lisbon, Portugal' }],
    ['in a small town', ['location'], {}],
    ['this number is fine', ['phone', 'email'], { phone: '+5511987654321' }],
    ['not this number', ['phone'], {}],
    ['no, its Mariana', ['phone'], { name: 'Mariana' }],
  ] as const)('%s (asked for %j)', (text, asked, facts) => {
    expect(read(text, asked)).toEqual(facts);
  });

  test('a name that comes one message late', () => {
    expect(read('Maria Clara', ['phone'], true)).toEqual({ name: 'Maria Clara' });
    expect(read('Maria Clara', ['phone'])).toEqual({});
    expect(read('Shoes and socks', ['phone'], true)).toEqual({});
  });
});

test('every quote stands in the message, and hostile text stays cheap', () => {
  const context = {
    asked: new Set<LeadFieldName>(['name', 'location', 'phone']),
    nameIsLate: false,
    customerNumber: null,
  };
  const words = fc.constantFrom(
    "I'm ",
    'my name is ',
    'from ',
    'Ana',
    ' ',
    ', ',
    '’s',
    '\n',
    'São ',
    'a@b.co',
    '.',
    'in ',
    '11 98765-4321',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words).map((parts) => parts.join('')),
      ),
      (text) => {
        for (const { quote, value } of readMessage(text, context)) {
          expect(text).toContain(quote);
          expect(value.length).toBeLessThan(200);
        }
      },
    ),
  );
  const took = cpuMs(() => {
    for (const piece of ["I'm ", 'my name is ', 'from ', 'A ', 'a, ', '-', ' ', 'x.', "'", 'and ']) {
      readMessage(piece.repeat(20_000), context);
    }
  });
  expect(took).toBeLessThan(2_000);
});
