import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aBot, aLead, aRow, someFeatures } from '../../test/builders.ts';
import { decideFiling, type FilingFacts } from './file-chat.ts';

const now = new Date('2026-03-02T12:00Z');
const facts = (given: Partial<FilingFacts> = {}): FilingFacts => ({
  bot: aBot(),
  features: someFeatures(),
  lead: null,
  sources: {},
  jid: '5511987654321@c.us',
  rows: [aRow()],
  now,
  ...given,
});
const filingOf = (given: Partial<FilingFacts>) => {
  const { filing } = decideFiling(facts(given));
  if (filing === null) throw new Error('nothing was filed');
  return filing;
};

describe('rows that are not filed', () => {
  test.each([
    ['120363041234567890@g.us', 'not-a-person'],
    ['status@broadcast', 'not-a-person'],
    ['nonsense', 'not-a-person'],
    ['15550000001@c.us', 'own-number'],
  ])('a chat of %s: %s', (jid, reason) => {
    const decision = decideFiling(facts({ jid, rows: [aRow(), aRow({}, { id: 2n })] }));
    expect(decision).toEqual({ refusals: [1, 2].map((id) => ({ inboundId: String(id), reason })), filing: null });
  });

  test('the bot’s own number, in whichever of Brazil’s two spellings', () => {
    const bot = aBot({ ownNumber: '+551181234567' });
    for (const jid of ['551181234567@c.us', '5511981234567@c.us']) {
      expect(decideFiling(facts({ bot, jid }))).toMatchObject({ refusals: [{ reason: 'own-number' }], filing: null });
    }
  });

  test('a payload that cannot be read is refused by path, the others are filed', () => {
    const secret = 'ana@example.com';
    const rows = [aRow({}, { payload: { kind: 'message', text: 5, at: secret } }), aRow({ text: 'hello' }, { id: 2n })];
    const { refusals, filing } = decideFiling(facts({ rows }));
    expect(refusals).toHaveLength(1);
    expect(refusals[0]?.reason).toMatch(/^payload: .*text/);
    expect(JSON.stringify(refusals)).not.toContain(secret);
    expect(filing?.messages.map(({ text }) => text)).toEqual(['hello']);
  });

  test.each([[null], ['x'], [[]], [{}], [{ kind: 'revoke' }]])('a payload that is %j', (payload) => {
    const { refusals, filing } = decideFiling(facts({ rows: [aRow({}, { payload })] }));
    expect([refusals.length, filing]).toEqual([1, null]);
  });
});

describe('when it was written', () => {
  test.each(['0000-01-01T00:00:00Z', '0999-12-31T23:59:59Z', '1969-12-31T23:59:59Z'])('%s cannot be', (at) => {
    const { refusals, filing } = decideFiling(facts({ rows: [aRow({ at })] }));
    expect(refusals).toEqual([{ inboundId: '1', reason: 'payload: at' }]);
    expect(filing).toBeNull();
  });

  test.each([
    ['2026-03-02T11:59:00.000Z', '2026-03-02T11:59:00.000Z'],
    ['2026-03-02T12:00:01.000Z', '2026-03-02T12:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '2026-03-02T12:00:00.000Z'],
  ])('a clock that says %s is believed as %s', (at, filed) => {
    expect(filingOf({ rows: [aRow({ at })] }).messages[0]?.at).toBe(filed);
  });
});

describe('a first message', () => {
  test('is filed as it came, with what is due', () => {
    const rows = [aRow({ text: 'hi', pushName: ' Ana ' }, { correlationId: 'cid-9' })];
    expect(filingOf({ rows })).toEqual({
      contact: { lid: null, phone: '+5511987654321', pushName: 'Ana' },
      messages: [
        {
          inboundId: '1',
          kind: 'message',
          waMessageId: 'wa-1',
          sender: 'customer',
          type: 'text',
          text: 'hi',
          at: '2026-03-02T12:00:00.000Z',
          history: false,
          correlationId: 'cid-9',
        },
      ],
      facts: { fields: [], values: {}, status: null, waitingReason: null },
      due: 'reply',
      quietMs: 4_000,
      maxWaitMs: 20_000,
      leadId: null,
      expectedVersion: 0,
    });
  });

  test('facts carry the row that says so, and numbers are read as of the customer’s country', () => {
    const rows = [aRow({ text: 'ana@example.com' }), aRow({ text: '21 99876-5432' }, { id: 2n })];
    expect(filingOf({ rows }).facts).toMatchObject({
      values: { email: 'ana@example.com', phone: '+5521998765432' },
      fields: [
        { inboundId: '1', source: 'rule', quote: 'ana@example.com' },
        { inboundId: '2', source: 'rule', quote: '21 99876-5432' },
      ],
    });
  });
});

describe('who the customer is', () => {
  test.each([
    ['a number', '5511987654321@c.us', {}, { lid: null, phone: '+5511987654321' }],
    ['a number without its ninth digit', '551187654321@c.us', {}, { lid: null, phone: '+5511987654321' }],
    [
      'a number whose LID is told',
      '5511987654321@c.us',
      { lid: '12345678' },
      { lid: '12345678', phone: '+5511987654321' },
    ],
    ['a LID', '12345678@lid', {}, { lid: '12345678', phone: null }],
    [
      'a LID whose number is told',
      '12345678@lid',
      { phone: '+551187654321' },
      { lid: '12345678', phone: '+5511987654321' },
    ],
    [
      'the id is believed before the payload',
      '5511987654321@c.us',
      { phone: '+351912345678' },
      { lid: null, phone: '+5511987654321' },
    ],
    ['the bot’s own number is nobody', '12345678@lid', { phone: '+15550000001' }, { lid: '12345678', phone: null }],
  ])('%s', (_, jid, payload, contact) => {
    expect(filingOf({ jid, rows: [aRow(payload)] }).contact).toMatchObject(contact);
  });

  test.each(['+551181234567', '+5511981234567'])('the bot’s own number in another spelling is nobody: %s', (phone) => {
    const bot = aBot({ ownNumber: '+551181234567' });
    expect(filingOf({ bot, jid: '12345678@lid', rows: [aRow({ phone })] }).contact.phone).toBeNull();
  });

  test('the business’s own profile name is not the customer’s', () => {
    const rows = [aRow({ pushName: 'Ana' }), aRow({ pushName: 'Shop', fromMe: true }, { id: 2n })];
    expect(filingOf({ rows }).contact.pushName).toBe('Ana');
  });
});

describe('what is due', () => {
  const history = { history: true };
  test.each([
    ['history only', [aRow({}, history)], {}, 'capture'],
    ['history and a new message', [aRow({}, history), aRow({}, { id: 2n })], {}, 'reply'],
    ['answered from the phone', [aRow(), aRow({ fromMe: true }, { id: 2n })], {}, 'capture'],
    ['only the phone wrote', [aRow({ fromMe: true })], {}, null],
    ['the phone wrote long ago', [aRow({ fromMe: true }, history), aRow({}, { id: 2n })], {}, 'reply'],
    ['the phone answered it long ago', [aRow(), aRow({ fromMe: true }, { id: 2n, ...history })], {}, 'capture'],
    [
      'the phone answered, and the customer wrote again: a person has the chat',
      [aRow(), aRow({ fromMe: true }, { id: 2n }), aRow({}, { id: 3n })],
      {},
      'capture',
    ],
    [
      'history that is not to be read by the model',
      [aRow({}, history)],
      { bot: aBot({ historyCapture: false }) },
      null,
    ],
    [
      'history that is not to be read, and a new message',
      [aRow({}, history), aRow({}, { id: 2n })],
      { bot: aBot({ historyCapture: false }) },
      'reply',
    ],
    [
      'history without lead capture',
      [aRow({}, history)],
      { features: someFeatures({ leadCaptureEnabled: false }) },
      null,
    ],
    ['a person has the chat', [aRow()], { lead: aLead({ owner: 'human' }) }, 'capture'],
    ['a picture', [aRow({ type: 'image', text: '' })], {}, 'reply'],
    [
      'nothing is switched on',
      [aRow()],
      { features: someFeatures({ autoResponseEnabled: false, leadCaptureEnabled: false }) },
      null,
    ],
  ])('%s', (_, rows, given, due) => {
    expect(filingOf({ rows, ...given }).due).toBe(due);
  });

  test('history is read by the model when the reading is surely over, and not all chats’ at once', () => {
    const phones = Array.from({ length: 200 }, (_, n) => `55119876${String(50_000 + n * 37)}@c.us`);
    const waits = phones.map((jid) => filingOf({ jid, rows: [aRow({}, history)] }).quietMs);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(60_000);
    expect(Math.max(...waits)).toBeLessThan(180_000);
    expect(new Set(waits.map((ms) => Math.floor(ms / 10_000))).size).toBeGreaterThan(8);
    expect(filingOf({ rows: [aRow({}, history), aRow({}, { id: 2n })] })).toMatchObject({
      quietMs: 4_000,
      maxWaitMs: 20_000,
    });
  });

  test('history is searched for facts by rule, whether the model reads it or not', () => {
    const rows = [aRow({ text: 'ana@example.com' }, history)];
    expect(filingOf({ rows, bot: aBot({ historyCapture: false }) }).facts.values).toEqual({ email: 'ana@example.com' });
  });
});

describe('where the lead stands', () => {
  const named = aLead({ name: 'Ana', version: 7 });
  const mail = [aRow({ text: 'ana@example.com' })];
  const won = aLead({ status: 'won', qualifiedAt: now });
  test.each([
    ['not yet', { rows: mail }, null, null],
    ['qualified', { rows: mail, lead: named }, 'qualified', 'qualified'],
    [
      'qualified in a chat that a person has',
      { rows: mail, lead: { ...named, owner: 'human' as const } },
      'qualified',
      null,
    ],
    [
      'qualified by history',
      { rows: [aRow({ text: 'ana@example.com' }, { history: true })], lead: named },
      'qualified',
      null,
    ],
    ['already qualified', { rows: mail, lead: { ...named, status: 'qualified' as const } }, null, null],
    ['assigned', { rows: mail, lead: { ...named, status: 'assigned' as const } }, null, null],
    ['won writes again', { lead: won }, 'qualified', 'qualified'],
    ['lost without ever being qualified writes again', { lead: aLead({ status: 'lost' }) }, 'capturing', null],
    ['won, and history is read', { lead: won, rows: [aRow({}, { history: true })] }, null, null],
    ['won, and only the business writes', { lead: won, rows: [aRow({ fromMe: true })] }, null, null],
    ['capture is off', { rows: mail, lead: named, features: someFeatures({ leadCaptureEnabled: false }) }, null, null],
  ])('%s', (_, given, status, waitingReason) => {
    expect(filingOf(given).facts).toMatchObject({ status, waitingReason });
  });

  test.each([
    ['capture is off', { features: someFeatures({ leadCaptureEnabled: false }), rows: mail }],
    ['the business wrote it', { rows: [aRow({ text: 'write to us: shop@example.com', fromMe: true })] }],
    ['it is the bot’s own number', { rows: [aRow({ text: 'are you +1 555 000 0001?' })] }],
    [
      'it is the bot’s own number, which WhatsApp spells without the ninth digit',
      { bot: aBot({ ownNumber: '+551181234567' }), rows: [aRow({ text: 'Is (11) 98123-4567 your number?' })] },
    ],
    ['a vendor knows better', { rows: mail, lead: aLead({ email: 'x@y.co' }), sources: { email: 'vendor' as const } }],
  ])('no facts: %s', (_, given) => {
    expect(filingOf(given).facts).toMatchObject({ fields: [], values: {} });
  });

  test('is decided on the version that was read', () => {
    expect(filingOf({ lead: named })).toMatchObject({ leadId: named.id, expectedVersion: 7 });
  });
});

test('any payload and any JID end in a decision', () => {
  fc.assert(
    fc.property(fc.anything(), fc.string(), (payload, jid) => {
      decideFiling(facts({ rows: [aRow({}, { payload })] }));
      decideFiling(facts({ jid }));
    }),
  );
});
