import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aBot, aChange, aLead, aRow, someFeatures } from '../../test/builders.ts';
import type { KnownMessage } from '../conversation/inbound.ts';
import { decideFiling, type FilingFacts } from './file-chat.ts';

const now = new Date('2026-03-02T12:00Z');
const filingOf = (given: Partial<FilingFacts>) => {
  const facts = { bot: aBot(), features: someFeatures(), lead: aLead(), sources: {}, jid: '5511987654321@c.us', now };
  const { filing, refusals } = decideFiling({ ...facts, rows: [], ...given });
  expect(refusals).toEqual([]);
  if (filing === null) throw new Error('nothing was filed');
  return filing;
};
const known = (given: Partial<KnownMessage> = {}): { about: KnownMessage } => ({
  about: { sender: 'customer', type: 'text', text: 'hi', revoked: false, answered: true, ...given },
});
const mail = 'ana@example.com';
const edit = { kind: 'edit', text: `no, ${mail}` } as const;
const decrypted = { kind: 'decrypted', text: `it is ${mail}` } as const;
const facts = { values: { email: mail }, fields: [{ inboundId: '2', quote: mail, source: 'rule' }] };
const noFacts = { values: {}, fields: [] };

test('what is written and what becomes of it are filed in one order', () => {
  const rows = [
    aRow({ text: 'hi' }),
    aChange({ ...edit, at: '9999-01-01T00:00:00Z' }),
    aChange({ kind: 'reaction', emoji: '🙏', fromMe: true }, { id: 3n }),
    aRow({ fromMe: true, text: 'hello' }, { id: 4n, history: true }),
    aChange({ kind: 'revoke', target: 'wa-9' }, { id: 5n }),
    aChange({ ...decrypted, target: 'wa-8' }, { id: 6n }),
  ];
  expect(filingOf({ rows }).messages).toMatchObject([
    { kind: 'message', inboundId: '1', waMessageId: 'wa-1', sender: 'customer' },
    { kind: 'edit', inboundId: '2', waMessageId: 'wa-1', by: 'customer', text: edit.text, at: now.toISOString() },
    { kind: 'reaction', inboundId: '3', waMessageId: 'wa-1', by: 'business', text: '🙏' },
    { kind: 'message', inboundId: '4', sender: 'phone', history: true },
    { kind: 'revoke', inboundId: '5', waMessageId: 'wa-9', by: 'customer', text: '' },
    { kind: 'decrypted', inboundId: '6', waMessageId: 'wa-8', sender: 'customer', text: decrypted.text },
  ]);
});

describe('what is read and what is due', () => {
  test.each([
    ['an edit of what was answered', [aChange(edit, known())], facts, 'capture'],
    ['an edit of what waits for its answer', [aChange(edit, known({ answered: false }))], facts, null],
    ['an edit that says the same', [aChange(edit, known({ text: edit.text }))], noFacts, null],
    ['an edit in the same rows', [aRow(), aChange(edit)], facts, 'reply'],
    ['an edit of what nobody knows', [aChange(edit)], noFacts, null],
    ['an edit of what was taken back', [aChange(edit, known({ revoked: true, text: '' }))], noFacts, null],
    ['an edit of a message of ours', [aChange(edit, known({ sender: 'bot' }))], noFacts, null],
    ['our edit of a message of theirs', [aChange({ ...edit, fromMe: true }, known())], noFacts, null],
    ['our edit of ours', [aChange({ ...edit, fromMe: true }, known({ sender: 'phone' }))], noFacts, null],
    ['a late decryption', [aChange(decrypted, known({ type: 'undecrypted', text: '' }))], facts, 'reply'],
    ['a late decryption of history', [aChange(decrypted, { history: true })], facts, 'capture'],
    ['a decryption of what nobody knows', [aChange(decrypted)], facts, 'reply'],
    ['a decryption of what can be read', [aChange(decrypted, known())], noFacts, null],
    ['a placeholder and its text', [aRow({ type: 'undecrypted', text: '' }), aChange(decrypted)], facts, 'reply'],
    ['a reaction', [aChange({ kind: 'reaction' }, known())], noFacts, null],
    ['a revocation', [aChange({ kind: 'revoke' }, known())], noFacts, null],
    ['taken back at once', [aRow(), aChange({ kind: 'revoke' })], noFacts, null],
    [
      'edited and taken back',
      [aChange(edit, known()), aChange({ kind: 'revoke' }, { id: 3n, ...known() })],
      facts,
      null,
    ],
    ['taken back, and something else', [aRow(), aChange({ kind: 'revoke' }), aRow({}, { id: 3n })], noFacts, 'reply'],
    ['a message that is known', [aRow({ text: mail }, known())], noFacts, null],
  ])('%s', (_, rows, read, due) => {
    const filing = filingOf({ rows });
    expect(filing.facts).toMatchObject(read);
    expect(filing.due).toBe(due);
  });

  test('nothing is read where leads are not captured', () => {
    const features = someFeatures({ leadCaptureEnabled: false });
    expect(filingOf({ rows: [aChange(edit, known())], features })).toMatchObject({ facts: noFacts, due: null });
  });

  test('what the business does on its phone with a message is no takeover', () => {
    const rows = [
      aRow(),
      aChange({ kind: 'reaction', fromMe: true }),
      aChange({ ...edit, fromMe: true }, { id: 3n, ...known({ sender: 'bot' }) }),
    ];
    expect(filingOf({ rows }).due).toBe('reply');
  });

  test('an edit may qualify a lead, and opens none that was closed', () => {
    const rows = [aChange(edit, known())];
    const qualified = { status: 'qualified', waitingReason: 'qualified' };
    expect(filingOf({ rows, lead: aLead({ name: 'Ana' }) }).facts).toMatchObject(qualified);
    expect(filingOf({ rows, lead: aLead({ status: 'lost' }) }).facts).toMatchObject({ status: null });
  });
});

test('a change that cannot be read is refused by path', () => {
  const rows = [
    aChange({ kind: 'edit', target: '' }),
    aChange({ kind: 'reaction', emoji: 'x'.repeat(65) }, { id: 3n }),
    aChange({ kind: 'revoke', at: 'yesterday' }, { id: 4n }),
  ];
  const decision = decideFiling({
    bot: aBot(),
    features: someFeatures(),
    lead: null,
    sources: {},
    jid: '1234567@lid',
    rows,
    now,
  });
  expect(decision.refusals.map(({ reason }) => reason)).toEqual(['payload: target', 'payload: emoji', 'payload: at']);
});

test('any order of any changes ends in a decision that files every row', () => {
  const row = fc.tuple(
    fc.constantFrom('message', 'edit', 'revoke', 'reaction', 'decrypted'),
    fc.constantFrom('wa-1', 'wa-2'),
    fc.boolean(),
    fc.constantFrom('a', 'b', mail),
  );
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (told) => {
      const rows = told.map(([kind, target, fromMe, text], n) =>
        kind === 'message'
          ? aRow({ fromMe, text }, { id: BigInt(n), waMessageId: target })
          : aChange({ kind, target, fromMe, ...(kind === 'revoke' || kind === 'reaction' ? {} : { text }) } as never, {
              id: BigInt(n),
            }),
      );
      expect(filingOf({ rows }).messages.map(({ inboundId }) => inboundId)).toEqual(rows.map(({ id }) => String(id)));
    }),
  );
});
