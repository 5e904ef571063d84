import { newCorrelationId } from '@wbm/runtime';
import { expect, it } from 'vitest';
import { correlationIdOf } from './correlate.ts';

const asked = (headers: Record<string, string>) => correlationIdOf({ headers });

it('takes a UUID over, from either header', () => {
  const id = newCorrelationId();
  expect(asked({ 'x-correlation-id': id })).toBe(id);
  expect(asked({ 'x-request-id': id.toUpperCase() })).toBe(id.toUpperCase());
});

it.each(['5519987654321', 'ana.souza-example.com', '', `${newCorrelationId()} 5519987654321`])(
  'puts an id of its own in the place of "%s"',
  (given) => {
    expect(asked({ 'x-correlation-id': given })).toMatch(/^[0-9a-f]{8}-/);
    expect(asked({ 'x-correlation-id': given })).not.toContain('5519987654321');
    expect(asked({ 'x-correlation-id': given })).not.toBe(given);
  },
);
