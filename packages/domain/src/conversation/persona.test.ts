import { describe, expect, test } from 'vitest';
import { cpuMs } from '../../test/cpu-ms.ts';
import { businessFacts, businessNameIn, instructionsIn } from './persona.ts';

const prompt = `# Sunny Dental
You are the warm receptionist of Sunny Dental in Lisbon. Always be polite and never promise discounts.
We are open Monday to Friday from 9:00 to 18:00. We are closed on weekends.
- **A cleaning** costs 60 euros.
* Do not talk about politics, religion or other dentists.
You can pay by card or cash. Collect the customer's name and phone number.
Secret: our margin is 40%. Prices:`;

test('what a business tells about itself may be said', () => {
  expect(businessFacts(prompt)).toEqual([
    'Sunny Dental',
    'We are open Monday to Friday from 9:00 to 18:00.',
    'We are closed on weekends.',
    'A cleaning costs 60 euros.',
    'You can pay by card or cash.',
  ]);
});

test('what it tells the bot to do may not', () => {
  expect(instructionsIn(prompt)).toEqual([
    'You are the warm receptionist of Sunny Dental in Lisbon.',
    'Always be polite and never promise discounts.',
    'Do not talk about politics, religion or other dentists.',
    "Collect the customer's name and phone number.",
  ]);
});

describe('how the prompt calls the business', () => {
  test.each([
    ['You are the friendly assistant of Sunny Dental in Lisbon.', 'Sunny Dental'],
    ['You are a receptionist at the Hotel do Mar, Faro.', 'Hotel do Mar'],
    ['You are the sales assistant for Smith & Sons.', 'Smith & Sons'],
    ['You are the friendly assistant of a small shop. Answer briefly.', 'our small shop'],
    ['You are an assistant for our bakery in Porto.', 'our bakery'],
    ['You are a friendly assistant.', null],
    ['Sell shoes.', null],
    ['', null],
  ])('%s', (text, name) => {
    expect(businessNameIn(text)).toBe(name);
  });
});

test('an endless prompt is read in bounded time', () => {
  const took = cpuMs(() => {
    for (const text of ['You are. '.repeat(2_300), 'a'.repeat(20_000), '- '.repeat(10_000), 'A? '.repeat(6_000)]) {
      businessFacts(text);
      instructionsIn(text);
      businessNameIn(text);
    }
  });
  expect(took).toBeLessThan(1_000);
});
