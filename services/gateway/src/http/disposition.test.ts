import { expect, test } from 'vitest';
import { dispositionOf } from './disposition.ts';

test.each([
  ['image', 'image/png', null, 'inline'],
  ['image', 'image/svg+xml', null, 'attachment'],
  ['image', 'text/html', null, 'attachment'],
  ['document', 'image/png', null, 'attachment'],
  ['document', 'application/pdf', 'offer.pdf', `attachment; filename="offer.pdf"; filename*=UTF-8''offer.pdf`],
  ['voice', 'audio/ogg', 'a "b"\\c%.ogg', `inline; filename="a _b__c_.ogg"; filename*=UTF-8''a%20%22b%22%5Cc%25.ogg`],
  ['video', 'video/mp4', 'Março’s.mp4', `inline; filename="Marcos.mp4"; filename*=UTF-8''Mar%C3%A7o%E2%80%99s.mp4`],
  ['document', 'x/y', '写真', `attachment; filename="file"; filename*=UTF-8''%E5%86%99%E7%9C%9F`],
] as const)('%s of %s named %j', (kind, mimeType, name, header) => {
  expect(dispositionOf({ kind, mimeType, name })).toBe(header);
});
