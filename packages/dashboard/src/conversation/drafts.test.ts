import { expect, it } from 'vitest';
import { withPutBack } from './drafts.ts';

const [offer, plan] = [new File(['a'], 'offer.pdf'), new File(['b'], 'plan.pdf')];

it.each([
  ['words into an empty box', { text: '', files: [] }, { text: 'hi', file: null }, { text: 'hi', files: [] }],
  [
    'words before those written since',
    { text: 'so?', files: [] },
    { text: 'hi', file: null },
    { text: 'hi\nso?', files: [] },
  ],
  [
    'a file before the others',
    { text: 'so?', files: [plan] },
    { text: '', file: offer },
    { text: 'so?', files: [offer, plan] },
  ],
])('puts back %s', (_what, draft, unsent, expected) => {
  expect(withPutBack({ ...draft, refused: [] }, unsent)).toEqual({ ...expected, refused: [] });
});
