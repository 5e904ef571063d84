import { expect, test, vi } from 'vitest';
import type { ChildFrame } from '../frames.ts';
import { EngineHost, LEASE_RAN_OUT } from './engine-host.ts';
import { engines } from './engines.ts';

function aHost(nowMs = () => performance.now()) {
  const sent: ChildFrame[] = [];
  const exit = vi.fn();
  const host = new EngineHost({
    engines,
    nowMs,
    exit,
    send: (frame) => sent.push(frame),
  });
  host.hear({ v: 1, kind: 'begin', engine: 'sandbox' });
  const command = (name: string, args: unknown = {}) => host.hear({ v: 1, kind: 'command', id: 1, name, args });
  const answer = () =>
    vi.waitFor(() => sent.find((frame) => frame.kind === 'answer') ?? Promise.reject(new Error('none')));
  return { host, sent, exit, command, answer };
}
const message = { jid: '1@c.us', text: 'hi', waMessageId: 'x' };

test('refuses to send without a lease, and ends', async () => {
  const { command, answer, exit } = aHost();
  command('send', message);
  expect(await answer()).toMatchObject({ fault: { code: 'lease-ran-out' } });
  await vi.waitFor(() => expect(exit).toHaveBeenCalledWith(LEASE_RAN_OUT));
});

test('checks the lease right before the send, whatever its timer does', async () => {
  let nowMs = 0;
  const { host, command, answer, exit } = aHost(() => nowMs);
  host.hear({ v: 1, kind: 'lease', untilMs: 60_000 });
  nowMs = 60_000;
  command('send', message);
  expect(await answer()).toMatchObject({ fault: { code: 'lease-ran-out' } });
  await vi.waitFor(() => expect(exit).toHaveBeenCalled());
});

test('ends when nobody lengthens the lease, and an older frame does not shorten it', async () => {
  vi.useFakeTimers();
  const { host, exit } = aHost();
  const began = performance.now();
  host.hear({ v: 1, kind: 'lease', untilMs: began + 1_000 });
  host.hear({ v: 1, kind: 'lease', untilMs: began + 500 });
  await vi.advanceTimersByTimeAsync(900);
  host.hear({ v: 1, kind: 'lease', untilMs: began + 2_000 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(exit).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  expect(exit).toHaveBeenCalledWith(LEASE_RAN_OUT);
  vi.useRealTimers();
});

test('an unknown command and arguments that do not fit are answered, not died of', async () => {
  for (const [name, args] of [
    ['dance', {}],
    ['find', { jid: 5 }],
  ] as const) {
    const { command, answer } = aHost();
    command(name, args);
    const frame = await answer();
    expect(frame).toMatchObject({ kind: 'answer', id: 1, value: null });
    expect(JSON.stringify(frame)).not.toContain('jid');
  }
});
