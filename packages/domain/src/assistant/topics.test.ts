import { describe, expect, test } from 'vitest';
import { answerFromPrompt } from './topics.ts';

const prompt = `You are the receptionist of Sunny Dental. Always quote prices in full.
We are open Monday to Friday from 9:00 to 18:00. We are closed on weekends.
- A cleaning costs 60 euros.
- Whitening costs 220 euros and takes one hour.
Our address is Rua Augusta 12, Lisbon. You can pay by card or cash.
Our dentist Dr. Reis speaks English and French.`;

describe('answers out of the business’s own text', () => {
  test.each([
    ['how much is a cleaning?', ['A cleaning costs 60 euros.'], true],
    ['and how much is whitening', ['Whitening costs 220 euros and takes one hour.'], true],
    ['how much is it?', ['A cleaning costs 60 euros.', 'Whitening costs 220 euros and takes one hour.'], true],
    ['how much is a crown?', ['A cleaning costs 60 euros.', 'Whitening costs 220 euros and takes one hour.'], false],
    ['when are you open?', ['We are open Monday to Friday from 9:00 to 18:00.', 'We are closed on weekends.'], true],
    ['where are you?', ['Our address is Rua Augusta 12, Lisbon.'], true],
    ['can i pay by card?', ['You can pay by card or cash.'], true],
    ['does the dentist speak french?', ['Our dentist Dr. Reis speaks English and French.'], true],
  ])('%s', (question, facts, exact) => {
    expect(answerFromPrompt(question, prompt)).toMatchObject({ facts, exact, substantial: true });
  });

  test.each([
    ['do you deliver?', 'delivery', true],
    ['do you sell elephants?', 'other', true],
    ['hello? anybody?', 'other', false],
    ['do you always quote prices in full?', 'price', true],
  ])('nothing to say: %s', (question, topic, substantial) => {
    const answer = answerFromPrompt(question, 'You are the receptionist. Always quote prices in full.');
    expect(answer).toMatchObject({ topic, facts: [], substantial });
  });
});
