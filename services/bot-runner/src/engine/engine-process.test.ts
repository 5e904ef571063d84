import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { startEngineProcess } from './engine-process.ts';
import type { EngineEvent } from './port.ts';

/** A child that says what the test says, and whose frames to it are kept. */
class Child extends EventEmitter {
  readonly connected = true;
  readonly pid = 1;
  readonly sent: { kind: string; id?: number }[] = [];
  readonly send = (frame: { kind: string }) => this.sent.push(frame);
  readonly kill = vi.fn();
}
const children = vi.hoisted((): unknown[] => []);
vi.mock('node:child_process', async (actual) => ({
  ...(await actual<object>()),
  fork: () => {
    const child = new Child();
    children.push(child);
    return child;
  },
}));

function anEngine() {
  const events: EngineEvent[] = [];
  const bad: (readonly string[])[] = [];
  const engine = startEngineProcess({
    engine: 'sandbox',
    settings: null,
    leaseUntilMs: 0,
    cacheDir: '',
    network: {} as never,
    onEvent: (event) => events.push(event),
    onBadEvent: (paths) => bad.push(paths),
    onGarbage: () => undefined,
  });
  const child = children.at(-1) as Child;
  return {
    engine,
    child,
    events,
    bad,
    tell: (event: unknown) => child.emit('message', { v: 1, kind: 'event', event }),
  };
}

const jid = '5511987650001@c.us';
const long = 'A'.repeat(129);
const revoke = { event: 'revoke', waMessageId: 'A', jid, fromMe: false, at: '2026-11-20T10:00:00.000Z' };
const message = {
  waMessageId: 'A',
  jid,
  fromMe: false,
  type: 'text',
  text: 'hello',
  at: '2026-11-20T10:00:00.000Z',
  pushName: null,
  phone: null,
  lid: null,
  history: true,
  media: null,
};

test('an event that does not parse is dropped and told; the child lives and what follows is heard', () => {
  const { child, events, bad, tell } = anEngine();
  tell({ ...revoke, waMessageId: long });
  tell(revoke);
  expect(child.kill).not.toHaveBeenCalled();
  expect(bad).toEqual([['waMessageId']]);
  expect(events).toEqual([revoke]);
});

test('what is no frame at all ends the child', () => {
  const { child } = anEngine();
  child.emit('message', { v: 2, kind: 'event', event: revoke });
  expect(child.kill).toHaveBeenCalledWith('SIGKILL');
});

test('a message of the past that does not parse keeps nothing else from being read', async () => {
  const { engine, child } = anEngine();
  const args = { jid, since: message.at, until: null, limit: 10 };
  const past = engine.call('historySince', args, 1_000);
  const id = child.sent.at(-1)?.id;
  const messages = [{ ...message, waMessageId: long }, message];
  child.emit('message', { v: 1, kind: 'answer', id, value: { messages, earlier: null, acks: [] } });
  expect(await past).toEqual({ messages: [message], earlier: null, acks: [] });
});
