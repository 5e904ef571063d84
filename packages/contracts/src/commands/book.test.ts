import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { services } from '../define.ts';
import { browserEvents } from '../events/index.ts';
import { bells, queueCommands } from './index.ts';

const commands = Object.values(queueCommands);
const rung = Object.values(bells);
const events = Object.values(browserEvents);
const all = [...commands, ...rung, ...events];

/** Everything a message between services may carry. Whoever adds to it answers for it: ids and versions, nothing a person wrote. */
const ids = new Set([
  'workspaceId',
  'botId',
  'leadId',
  'messageId',
  'turnId',
  'chatId',
  'scheduleId',
  'chat',
  'typing',
]);

/** As generated documentation sees it; each of these schemas is an object. */
function keysOf(schema: z.ZodType): string[] {
  return Object.keys(z.toJSONSchema(schema, { unrepresentable: 'any' }).properties ?? {});
}

/**
 * The catalogue as it was shipped. A new line is a new message; a changed or lost line breaks whoever still sends it:
 * give the new shape a new id instead.
 */
test('the catalogue', () => {
  expect(
    all.map(
      ({ kind, id, ...rest }) => `${kind} ${id}${'owner' in rest ? ` → ${rest.owner}` : ` → ${rest.roles.join(', ')}`}`,
    ),
  ).toMatchInlineSnapshot(`
    [
      "queue message.receive → lead-worker",
      "queue reply.generate → ai-worker",
      "queue reply.deliver → lead-worker",
      "queue schedule.run → scheduler",
      "bell message.send → bot-runner",
      "bell bot.wake → bot-runner",
      "bell sandbox.wake → bot-runner",
      "event INIT → admin, vendor",
      "event UPDATE_BOT → admin, vendor",
      "event NEW_QUALIFIED_LEAD → admin, vendor",
      "event NEW_MESSAGE_FOR_SALES → admin, vendor",
      "event LEAD_ASSIGNED → admin, vendor",
      "event MESSAGE_SENT → admin, vendor",
      "event SCHEDULE_CREATED → admin",
      "event BOT_FEATURES_UPDATED → admin",
      "event LEAD_UPDATED → admin, vendor",
      "event LEAD_MESSAGE → admin, vendor",
      "event MESSAGE_STATUS → admin, vendor",
      "event HISTORY_READ → admin, vendor",
      "event SANDBOX_UPDATED → admin, vendor",
    ]
  `);
});

describe('every message', () => {
  test('has an id of its own, without the colon that Redis keys are split at', () => {
    const names = all.map(({ id }) => id);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((id) => id.includes(':'))).toEqual([]);
    const words: readonly string[] = [...commands, ...rung].map(({ id }) => id);
    expect(words.filter((id) => !/^[a-z]+\.[a-z]+$/.test(id))).toEqual([]);
    expect(events.map(({ id }) => id).filter((id) => !/^[A-Z]+(?:_[A-Z]+)*$/.test(id))).toEqual([]);
  });

  test.each([queueCommands, bells, browserEvents])('stands under its id', (table) => {
    for (const [key, { id }] of Object.entries(table)) expect(id).toBe(key);
  });

  test.each(all)('$id is frozen and its fixtures still parse', (message) => {
    const travels = message.kind === 'event' ? message.news : message.payload;
    expect(Object.isFrozen(message)).toBe(true);
    expect(message.fixtures.length).toBeGreaterThan(0);
    for (const fixture of message.fixtures) expect(travels.safeParse(fixture)).toMatchObject({ success: true });
  });

  test.each(all)('$id carries ids only', (message) => {
    const travels = message.kind === 'event' ? message.news : message.payload;
    expect(keysOf(travels).filter((key) => !ids.has(key))).toEqual([]);
  });

  test.each(all)('$id does not parse without its ids', (message) => {
    const travels = message.kind === 'event' ? message.news : message.payload;
    const empty = keysOf(travels).length === 0;
    expect(travels.safeParse({}).success).toBe(empty);
    expect([null, undefined, 'x', 1, []].filter((value) => travels.safeParse(value).success)).toEqual([]);
  });
});

describe('every command', () => {
  test.each([...commands, ...rung])('$id is consumed by one of our services', ({ owner }) => {
    expect(services).toContain(owner);
  });

  test.each(commands)('$id is deduplicated by a key without a colon, the same for the same work', (command) => {
    const keyOf = (fixture: unknown) =>
      (command.dedupe as (payload: unknown) => string)(command.payload.parse(fixture));
    for (const fixture of command.fixtures) {
      expect(keyOf(fixture)).toMatch(/^[\w.-]+$/);
      expect(keyOf(fixture)).toBe(keyOf(fixture));
    }
  });

  test.each(commands)('$id is tried again, later and later, and has a deadline', ({ retry, deadlineMs }) => {
    expect(retry.attempts).toBeGreaterThan(1);
    expect(retry.backoffMs).toBeGreaterThan(0);
    expect(deadlineMs).toBeGreaterThanOrEqual(1_000);
  });
});

test('two leads never share a key, nor two chats', () => {
  const workspaceId = '7b0f6d3e-5a53-4d52-9f0e-0f7f6b1a2c3d';
  const chatId = '0d9c5f5e-7a55-4c1e-9a54-6c4c2d1b0a99';
  const { 'reply.generate': generate, 'message.receive': receive } = queueCommands;
  expect(generate.dedupe({ workspaceId, leadId: 1 })).not.toBe(generate.dedupe({ workspaceId, leadId: 11 }));
  expect(receive.dedupe({ workspaceId, botId: 'a', chatId })).not.toBe(
    receive.dedupe({ workspaceId, botId: 'b', chatId }),
  );
});
