import type { SendingFacts } from '@wbm/domain';
import { expect, test } from 'vitest';
import { OwnBudget } from './own-budget.ts';

function aBudget(facts: SendingFacts | null | Error) {
  const world = { facts, now: new Date('2026-03-10T12:00:00.000Z'), reads: 0 };
  const budget = new OwnBudget({
    now: () => world.now,
    async read() {
      world.reads += 1;
      if (world.facts instanceof Error) throw world.facts;
      return world.facts;
    },
  });
  return { budget, world };
}
const real: SendingFacts = { engine: 'whatsapp-web.js', linkedAt: null, perMinute: 3, perDay: null };

test('what it depends on is read once a minute, and when somebody says it changed', async () => {
  const { budget, world } = aBudget(real);
  await Promise.all([budget.current(), budget.current()]);
  world.facts = { ...real, perMinute: 4 };
  expect(await budget.current()).toMatchObject({ perMinute: 3 });
  expect(world.reads).toBe(1);
  budget.forget();
  expect(await budget.current()).toMatchObject({ perMinute: 4 });
  world.facts = { ...real, perMinute: 5 };
  world.now = new Date(world.now.getTime() + 60_000);
  expect(await budget.current()).toMatchObject({ perMinute: 5 });
  expect(world.reads).toBe(3);
});

test('what could not be read is read again', async () => {
  const { budget, world } = aBudget(new Error('away'));
  await expect(budget.current()).rejects.toThrow('away');
  world.facts = real;
  expect(await budget.current()).toMatchObject({ perMinute: 3 });
});

test('a bot that is gone may send as little as a new one', async () => {
  const { budget } = aBudget(null);
  expect(await budget.current()).toEqual({ perMinute: 8, perDay: 150, unaskedPerDay: 10 });
});
