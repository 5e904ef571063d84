import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aBot, aLead, aTurn, someFeatures } from '../../test/builders.ts';
import { type Delivery, type DeliveryFacts, decideDelivery } from './deliver-turn.ts';

const messages = [
  { id: 10, text: "I'm Ana Souza", sender: 'customer' as const },
  { id: 11, text: 'ana@example.com', sender: 'customer' as const },
  { id: 12, text: "I'm the bot", sender: 'bot' as const },
];
const name = { name: 'name', value: 'Ana Souza', messageId: 10, quote: "I'm Ana Souza", confidence: 0.9 };
const email = { name: 'email', value: 'ana@example.com', messageId: 11, quote: 'ana@example.com', confidence: 1 };

function decide(answer: object, given: Partial<DeliveryFacts> = {}): Delivery {
  const turn = aTurn({ replies: ['Hello!'], fields: [], ...answer });
  const decision = decideDelivery({
    turn,
    bot: aBot(),
    features: someFeatures(),
    lead: aLead(),
    sources: {},
    messages,
    history: false,
    ...given,
  });
  if ('refuse' in decision) throw new Error(decision.refuse);
  return decision;
}

describe('an answer that is delivered', () => {
  test('brings its replies and its facts with their evidence', () => {
    expect(decide({ fields: [name, email] })).toEqual({
      facts: {
        fields: [
          { ...name, source: 'model' },
          { ...email, source: 'model' },
        ],
        values: { name: 'Ana Souza', email: 'ana@example.com' },
        status: 'qualified',
        waitingReason: 'qualified',
      },
      replies: [{ text: 'Hello!' }],
      dropped: 0,
      expectedVersion: 3,
    });
  });

  test('a capture says nothing', () => {
    expect(decide({}, { turn: aTurn({ replies: ['Hello!'], fields: [] }, { kind: 'capture' }) }).replies).toEqual([]);
  });

  test('what was read from the past qualifies the lead and calls nobody', () => {
    const capture = aTurn(
      { replies: [], fields: [name, email], handoff: { reason: 'wants a person' } },
      { kind: 'capture' },
    );
    expect(decide({}, { turn: capture, history: true }).facts).toMatchObject({
      status: 'qualified',
      waitingReason: null,
    });
    expect(decide({}, { turn: capture }).facts).toMatchObject({ waitingReason: 'asked-for-person' });
  });

  test('invented facts are dropped and counted', () => {
    const fields = [name, { ...email, messageId: 99 }, { ...name, messageId: 12, quote: "I'm the bot" }];
    expect(decide({ fields })).toMatchObject({ dropped: 2, facts: { values: { name: 'Ana Souza' }, status: null } });
  });

  test('the bot’s own number is not the customer’s', () => {
    const own = { ...email, name: 'phone', value: '+15550000001', quote: '+1 555 000 0001', messageId: 13 };
    const said = [{ id: 13, text: 'is +1 555 000 0001 you?', sender: 'customer' as const }];
    expect(decide({ fields: [own] }, { messages: said }).facts.values).toEqual({});
  });

  test('nor is it in the other of Brazil’s two spellings', () => {
    const own = { ...email, name: 'phone', value: '+5511981234567', quote: '(11) 98123-4567', messageId: 13 };
    const said = [{ id: 13, text: 'Is (11) 98123-4567 your number?', sender: 'customer' as const }];
    const bot = aBot({ ownNumber: '+551181234567' });
    expect(decide({ fields: [own] }, { bot, messages: said }).facts.values).toEqual({});
  });
});

describe('where the lead stands afterwards', () => {
  const known = aLead({ name: 'Ana' });
  test.each([
    ['the model cannot qualify by saying so', { fields: [], status: 'qualified' }, {}, null, null],
    ['a fact was missing', { fields: [email] }, { lead: known }, 'qualified', 'qualified'],
    ['a person has the chat', { fields: [email] }, { lead: { ...known, owner: 'human' as const } }, 'qualified', null],
    ['assigned', { fields: [email] }, { lead: { ...known, status: 'assigned' as const } }, null, null],
    ['won is not opened by an answer', { fields: [email] }, { lead: { ...known, status: 'won' as const } }, null, null],
    ['asks for a person', { handoff: { reason: 'asks' } }, {}, null, 'asked-for-person'],
    [
      'asks for a person and qualifies',
      { fields: [email], handoff: { reason: '' } },
      { lead: known },
      'qualified',
      'asked-for-person',
    ],
    ['asks for a person who is there', { handoff: { reason: '' } }, { lead: aLead({ owner: 'human' }) }, null, null],
    [
      'capture is off',
      { fields: [email] },
      { lead: known, features: someFeatures({ leadCaptureEnabled: false }) },
      null,
      null,
    ],
  ])('%s', (_, answer, given, status, waitingReason) => {
    expect(decide(answer, given).facts).toMatchObject({ status, waitingReason });
  });
});

test('whatever is stored as an answer ends in a decision', () => {
  const facts = { bot: aBot(), features: someFeatures(), lead: aLead(), sources: {}, messages, history: false };
  expect(decideDelivery({ ...facts, turn: aTurn({ replies: 5 }) })).toEqual({ refuse: expect.any(String) });
  fc.assert(fc.property(fc.anything(), (answer) => void decideDelivery({ ...facts, turn: aTurn(answer) })));
});
