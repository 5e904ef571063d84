import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalPhone, regionOf } from './phone.ts';

describe('canonical phone', () => {
  test.each([
    ['+55 11 98765-4321', undefined, '+5511987654321'],
    ['+55 11 8765-4321', undefined, '+5511987654321'],
    ['+55 11 3333-4444', undefined, '+551133334444'],
    ['(11) 98765-4321', 'BR', '+5511987654321'],
    ['11 8765-4321', 'BR', '+5511987654321'],
    ['912 345 678', 'PT', '+351912345678'],
    ['912 345 678', undefined, null],
    ['912 345 678', 'XX', null],
    ['+1 (415) 555-2671', undefined, '+14155552671'],
    ['call me', 'BR', null],
    ['12', 'BR', null],
    ['', undefined, null],
    ['1'.repeat(100_000), 'BR', null],
  ])('%s (%s) is %s', (raw, region, phone) => {
    expect(canonicalPhone(raw, region)).toBe(phone);
  });

  test('is E.164 or null, and a fixed point, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('BR', 'PT', 'US', undefined), (raw, region) => {
        const phone = canonicalPhone(raw, region);
        expect(phone === null || /^\+\d{4,15}$/.test(phone)).toBe(true);
        if (phone !== null) expect(canonicalPhone(phone)).toBe(phone);
      }),
    );
  });

  test('both forms of a Brazilian mobile are one number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 11, max: 99 }), fc.integer({ min: 60_000_000, max: 99_999_999 }), (area, rest) => {
        fc.pre(area % 10 !== 0);
        expect(canonicalPhone(`+55${area}${rest}`)).toBe(canonicalPhone(`+55${area}9${rest}`));
      }),
    );
  });
});

test.each([
  ['+5511987654321', 'BR'],
  ['+351912345678', 'PT'],
  ['+999', undefined],
  [null, undefined],
])('the region of %s is %s', (phone, region) => {
  expect(regionOf(phone)).toBe(region);
});
