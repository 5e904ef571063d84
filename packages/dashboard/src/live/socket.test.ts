import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSocket, pauseMs } from './socket.ts';

class FakeSocket {
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  close(): void {
    this.onclose?.({ code: 1000 });
  }
}

function open() {
  const sockets: FakeSocket[] = [];
  const heard: string[] = [];
  const socket = openSocket({
    connect() {
      const fake = new FakeSocket();
      sockets.push(fake);
      return fake as unknown as WebSocket;
    },
    onFrame: (text) => heard.push(text),
    onUp: (again) => heard.push(again ? 'up again' : 'up'),
    onDown: (failures, code) => heard.push(`down ${failures} ${code}`),
    random: () => 1,
  });
  return { socket, sockets, heard };
}

describe('openSocket', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('comes back, and says that something may have been missed', () => {
    const { sockets, heard } = open();
    sockets[0]?.onopen?.();
    sockets[0]?.onmessage?.({ data: '{}' });
    sockets[0]?.onclose?.({ code: 1006 });
    vi.advanceTimersByTime(pauseMs(0, () => 1));
    sockets[1]?.onopen?.();
    expect(heard).toEqual(['up', '{}', 'down 1 1006', 'up again']);
  });

  it('waits longer after every failure, and begins anew after a success', () => {
    const { sockets } = open();
    sockets[0]?.onclose?.({ code: 1006 });
    vi.advanceTimersByTime(500);
    sockets[1]?.onclose?.({ code: 1006 });
    vi.advanceTimersByTime(999);
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(1);
    sockets[2]?.onopen?.();
    sockets[2]?.onclose?.({ code: 1012 });
    vi.advanceTimersByTime(500);
    expect(sockets).toHaveLength(4);
  });

  it('tries at once when hurried, and never after it was closed', () => {
    const { socket, sockets } = open();
    sockets[0]?.onclose?.({ code: 1006 });
    socket.hurry();
    expect(sockets).toHaveLength(2);
    socket.close();
    socket.hurry();
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(2);
  });
});

describe('pauseMs', () => {
  it('stays within a quarter and the whole of a doubling that ends', () => {
    expect([0, 1, 2, 50].map((failures) => pauseMs(failures, () => 1))).toEqual([500, 1_000, 2_000, 20_000]);
    expect([0, 1, 2, 50].map((failures) => pauseMs(failures, () => 0))).toEqual([125, 250, 500, 5_000]);
  });
});
