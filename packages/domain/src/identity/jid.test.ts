import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJid } from './jid.ts';

const person = (phone: string | null, lid: string | null = null) => ({ kind: 'person', phone, lid });

describe('whose chat a JID names', () => {
  test.each([
    ['5511987654321@c.us', person('+5511987654321')],
    ['551187654321@c.us', person('+5511987654321')],
    ['5511987654321:12@s.whatsapp.net', person('+5511987654321')],
    ['15550000001@c.us', person('+15550000001')],
    ['999123456789@c.us', person('+999123456789')],
    ['123456789012345@lid', person(null, '123456789012345')],
    ['123456789012345:3@lid', person(null, '123456789012345')],
    ['120363041234567890@g.us', { kind: 'group' }],
    ['5511987654321-1600000000@g.us', { kind: 'group' }],
    ['status@broadcast', { kind: 'broadcast' }],
    ['120363041234567890@newsletter', { kind: 'channel' }],
    ['0@c.us', { kind: 'unknown' }],
    ['ana@c.us', { kind: 'unknown' }],
    ['5511987654321', { kind: 'unknown' }],
    ['5511987654321@example.com', { kind: 'unknown' }],
    ['', { kind: 'unknown' }],
  ])('%s', (jid, owner) => {
    expect(parseJid(jid)).toEqual(owner);
  });

  test('never throws', () => {
    fc.assert(fc.property(fc.string(), (jid) => void parseJid(jid)));
  });
});
