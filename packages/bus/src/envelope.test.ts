import { withCorrelation } from '@wbm/runtime';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { idsOf, open, seal } from './envelope.ts';

const schema = z.object({ leadId: z.int() });

test('what is sealed opens, with the correlation it was sealed in', () => {
  const sealed = withCorrelation('c1', () => seal(schema, { leadId: 1 }));
  expect(open(schema, JSON.parse(JSON.stringify(sealed)))).toEqual({ ok: true, cid: 'c1', payload: { leadId: 1 } });
  expect(seal(schema, { leadId: 1 }).cid).toMatch(/^[0-9a-f-]{36}$/);
});

test('fields added by a newer sender are dropped, a missing one is poison told by path', () => {
  expect(open(schema, { cid: 'c', payload: { leadId: 1, newer: true } })).toMatchObject({
    ok: true,
    payload: { leadId: 1 },
  });
  expect(open(schema, { cid: 'c', payload: { botId: 'demo' } })).toEqual({
    ok: false,
    cid: 'c',
    paths: ['payload.leadId'],
    ids: { botId: 'demo' },
  });
  for (const raw of [undefined, null, 7, 'text', [], { cid: '' }])
    expect(open(schema, raw)).toMatchObject({ ok: false, ids: {} });
});

test('only what is called an id and looks like one counts as one', () => {
  const uuid = '7b0f6d3e-5a53-4d52-9f0e-0f7f6b1a2c3d';
  const payload = {
    botId: 'demo',
    leadId: 7,
    chatId: uuid,
    contactId: '5511912345678@c.us',
    leadid: 3,
    name: 'maria',
    turnId: 1.5,
    xId: { a: 1 },
  };
  expect(idsOf(payload)).toEqual({ botId: 'demo', leadId: 7, chatId: uuid });
});
