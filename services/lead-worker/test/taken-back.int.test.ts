import { beforeAll, expect, test } from 'vitest';
import { aFilingRoom } from './a-filing.ts';

let room: Awaited<ReturnType<typeof aFilingRoom>>;
beforeAll(async () => {
  room = await aFilingRoom();
});

test('taking a message back takes what an answer quotes of it out of the answer, which is delivered nevertheless', async () => {
  const chat = await room.aChat();
  await chat.files(chat.message('m', 'I am Ana'), chat.message('n', 'from Rome'));
  const [m, n] = [await chat.one('m'), await chat.one('n')];
  const turnId = await chat.answers(
    [],
    [
      { name: 'name', value: 'Ana', messageId: m.id, quote: 'I am Ana', confidence: 1 },
      { name: 'location', value: 'Rome', messageId: n.id, quote: 'from Rome', confidence: 1 },
    ],
  );
  await chat.files(chat.change('m', { kind: 'revoke' }));
  await room.deliver(turnId, async () => undefined);
  const [turn] = await room.query<{ answer: { fields: { quote: string }[]; replies: string[] } }>(
    'select answer from ai_turns where id = $1',
    [turnId],
  );
  expect(turn?.answer).toMatchObject({ replies: [], fields: [{ quote: 'from Rome' }] });
  expect((await chat.evidence()).map(({ value }) => value)).toEqual(['Rome']);
});
