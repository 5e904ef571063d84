import { expect, it } from 'vitest';
import { placeOf } from './place.ts';

it.each([
  ['Praça da Sé\n-23.5505, -46.6333', 'Praça da Sé', { latitude: -23.5505, longitude: -46.6333 }],
  ['-23.5, 46', null, { latitude: -23.5, longitude: 46 }],
  ['?, ?', '?, ?', null],
  ['Home\n123.4, 10', 'Home\n123.4, 10', null],
  ['', null, null],
])('reads %j', (text, words, at) => expect(placeOf(text)).toEqual({ words, at }));
