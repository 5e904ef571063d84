import { expect, it } from 'vitest';
import { afterReason, type CodeWait } from './code-wait.ts';

const refused = 'WhatsApp gave no code for that number.';
const asked = (reason: string | null): CodeWait => ({ reason, ended: 'no', why: null });

it.each([
  ['goes on while nothing is said', asked(null), [null], 'no', null],
  ['ends when it is said why there is none', asked(null), [refused], 'refused', refused],
  ['goes on beside what was said before', asked('Put aside.'), ['Put aside.', null], 'no', null],
  ['ends when the same is said once more', asked(refused), [refused, null, refused], 'refused', refused],
  ['keeps why when the next QR code takes it off the bot', asked(null), [refused, null], 'refused', refused],
] as const)('waiting for a code %s', (_what, begun, reasons, ended, why) => {
  expect(reasons.reduce(afterReason, begun)).toMatchObject({ ended, why });
});
