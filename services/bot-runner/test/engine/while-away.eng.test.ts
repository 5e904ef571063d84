import { waitFor } from '@wbm/testkit';
import { expect, test } from 'vitest';
import { ANA, aChat } from './a-chat.ts';

test('what was edited or taken back while nobody listened is found when the past is read', async () => {
  const { place, engine, phone } = await aChat();
  const ana = phone.customer(ANA);
  const [typo, secret] = [ana.writes('I live in Rma'), ana.writes('oops')];
  await waitFor(async () => engine.messages().length === 3, { what: 'both messages' });
  await engine.stop();
  ana.edits(typo.id, 'I live in Roma');
  ana.revokes(secret.id);
  const again = await place.start();
  await again.hears('ready');
  const since = new Date(Date.now() - 600_000).toISOString();
  const past = await again.call('historySince', { jid: ana.jid, since, until: null, limit: 50 });
  expect(past.messages.map(({ text }) => text)).toEqual(['hi', 'I live in Roma']);
  expect(await again.hears('revoke')).toMatchObject({ waMessageId: secret.id, jid: ana.jid, fromMe: false });
});

test('what was delivered and read while nobody listened is found when the past is read', async () => {
  const { place, engine, phone } = await aChat();
  const ana = phone.customer(ANA);
  const sent = { jid: ana.jid, text: 'hello', waMessageId: '3EB0A0B0C0D0E0F00001', media: null };
  expect(await engine.call('send', sent)).toEqual({ outcome: 'sent' });
  await engine.stop();
  ana.acks(sent.waMessageId, 3);
  const again = await place.start();
  await again.hears('ready');
  const since = new Date(Date.now() - 600_000).toISOString();
  const past = await again.call('historySince', { jid: ana.jid, since, until: null, limit: 50 });
  expect(past.acks).toEqual([{ waMessageId: sent.waMessageId, ack: 3 }]);
});
