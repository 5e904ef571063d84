import { sandboxWake } from '@wbm/contracts';
import type { SandboxChange } from '@wbm/db';
import { assertLogsClean, type RunningService, startService, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { aNetwork, enginePid, type Network } from './a-network.ts';

const ANA = '+5511987650001';
const SECRET = 'the orchid in the window';

let net: Network;
let runner: RunningService;
beforeAll(async () => {
  net = await aNetwork();
  runner = await net.startRunner();
  await startService('lead-worker', net.stage.env);
});

const wake = (botId: string) => net.stage.bus.ring(sandboxWake, { workspaceId: net.stage.workspaceId, botId });
async function changes(
  botId: string,
  waMessageId: string,
  what: Pick<SandboxChange, 'change' | 'text'>,
  quietly = false,
) {
  const change: SandboxChange = { phone: ANA, waMessageId, author: 'customer', ...what };
  expect(await net.gateway.sandbox.change(botId, change)).toBe('changed');
  if (!quietly) await wake(botId);
}
const edits = (text: string) => ({ change: 'edit', text }) as const;
const reacts = (text: string) => ({ change: 'reaction', text }) as const;
const revokes = { change: 'revoke', text: '' } as const;
const messageOf = async (waMessageId: string) => {
  const [row] = await net.stage.query<{
    message: string;
    reactions: object;
    edited_at: Date | null;
    revoked_at: Date | null;
  }>('select message, reactions, edited_at, revoked_at from lead_messages where wa_message_id = $1', [waMessageId]);
  return row;
};
const becomes = (waMessageId: string, what: object) =>
  waitFor(
    async () => {
      const row = await messageOf(waMessageId);
      return (
        row &&
        Object.entries(what).every(
          ([key, value]) => JSON.stringify(row[key as keyof typeof row]) === JSON.stringify(value),
        )
      );
    },
    { what: `${waMessageId} to be ${JSON.stringify(what)}` },
  );

describe('what becomes of messages', () => {
  test('goes from the customer’s phone to the conversation', async () => {
    const botId = await net.aReadyBot();
    const [first = '', second = ''] = await net.writes(botId, ANA, ['I live in Rma', SECRET]);
    await becomes(second, { message: SECRET });
    await changes(botId, first, edits('I live in Roma'));
    await changes(botId, first, reacts('👍'));
    await changes(botId, second, revokes);
    await becomes(first, { message: 'I live in Roma', reactions: { customer: '👍' } });
    await becomes(second, { message: '', reactions: {} });
    expect((await messageOf(second))?.revoked_at).toBeInstanceOf(Date);
    const raw = await net.stage.query('select payload from inbound_messages where bot_id = $1', [botId]);
    expect(JSON.stringify(raw)).not.toContain(SECRET);
    await waitFor(async () => (await net.gateway.sandbox.unrelayedChanges(botId, 10)).length === 0, {
      what: 'the relay',
    });
    assertLogsClean(runner.logs, [SECRET, 'Roma', ANA.slice(1)]);
  });

  test('finds a message that the bot’s own session sent', async () => {
    const botId = await net.aReadyBot();
    await net.writes(botId, ANA, ['hi']);
    const id = await net.queue(botId, ANA, 'hello');
    await net.arrives(id);
    const [sent] = await net.stage.query<{ wa: string }>(
      'select wa_message_id as wa from lead_messages where id = $1',
      [id],
    );
    await changes(botId, sent?.wa ?? '', reacts('❤️'));
    await becomes(sent?.wa ?? '', { reactions: { customer: '❤️' } });
  });

  test('told twice, it is done once: a device that forgets, and an engine that dies', async () => {
    const botId = await net.aReadyBot();
    const [id = ''] = await net.writes(botId, ANA, ['one']);
    await becomes(id, { message: 'one' });
    for (const text of ['two', 'one', 'two', 'three']) await changes(botId, id, edits(text));
    await becomes(id, { message: 'three' });
    const relayed = () =>
      waitFor(async () => (await net.gateway.sandbox.unrelayedChanges(botId, 10)).length === 0, { what: 'the relay' });
    const again = async () => {
      await relayed();
      await net.stage.query('update sandbox.changes set relayed_at = null where bot_id = $1', [botId]);
      await wake(botId);
      await relayed();
    };
    await again();
    const pid = enginePid(runner, botId);
    process.kill(pid, 'SIGKILL');
    await changes(botId, id, reacts('👍'), true);
    await waitFor(() => enginePid(runner, botId) !== pid, { what: 'another engine' });
    await net.inState(botId, 'ready');
    await again();
    await becomes(id, { message: 'three', reactions: { customer: '👍' } });
    const rows = await net.stage.query<{ kind: string }>(
      `select payload ->> 'kind' as kind from inbound_messages where bot_id = $1 order by run_epoch, n`,
      [botId],
    );
    expect(rows.map(({ kind }) => kind)).toEqual(['message', 'edit', 'edit', 'edit', 'edit', 'reaction']);
  });
});
