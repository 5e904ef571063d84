import type { BotStatePatch } from '@wbm/db';
import type { EngineKind } from '@wbm/domain';
import { createLog } from '@wbm/runtime';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Browser } from '../engine/end-browsers.ts';
import type { EngineEnd, EngineProcess, startEngineProcess } from '../engine/engine-process.ts';
import type { Lease } from '../lease/lease.ts';
import { EngineSupervisor } from './engine-supervisor.ts';
import { startGates } from './start-gate.ts';

type Child = EngineProcess & {
  readonly asked: string[];
  readonly graces: (number | undefined)[];
  tells: Parameters<typeof startEngineProcess>[0]['onEvent'];
};
const children: Child[] = [];
/** What was to be ended, and after how long it is killed. */
const ended: [number[], number][] = [];

vi.mock('../engine/end-browsers.ts', () => ({
  endBrowsers: async (browsers: readonly Browser[], graceMs: number) => {
    if (browsers.length > 0) ended.push([browsers.map(({ pid }) => pid), graceMs]);
  },
}));

/** Children that do what they are told, and end when they are killed. */
vi.mock('../engine/engine-process.ts', () => ({
  BROWSER_ENDS_MS: 4_000,
  startEngineProcess: ({ onEvent }: Parameters<typeof startEngineProcess>[0]): EngineProcess => {
    const end = Promise.withResolvers<EngineEnd>();
    const asked: string[] = [];
    const graces: (number | undefined)[] = [];
    const child = {
      pid: 100 + children.length,
      startedAtMs: performance.now(),
      ended: end.promise,
      asked,
      graces,
      tells: onEvent,
      call: async (name: string) => {
        asked.push(name);
        return name === 'probe' ? { healthy: true } : null;
      },
      lease: () => undefined,
      tell: () => undefined,
      kill: async (browserMs?: number) => {
        graces.push(browserMs);
        end.resolve({ code: null, signal: 'SIGKILL', said: [] });
      },
    } as unknown as Child;
    children.push(child);
    return child;
  },
}));

const ready = { event: 'ready', ownNumber: '+15550000001' } as const;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

interface Given {
  readonly engine?: EngineKind;
  readonly settings?: () => Promise<null>;
}

async function aSupervisor({ engine = 'sandbox', settings = async () => null }: Given = {}) {
  const shown: BotStatePatch[] = [];
  const kept = vi.fn(async () => undefined);
  let holds = true;
  const lease = { holds: () => holds, remainingMs: () => (holds ? 3_600_000_000 : 0) } as Lease;
  const supervisor = new EngineSupervisor({
    log: createLog({ service: 'test', level: 'silent' }),
    lease,
    network: {} as never,
    gates: startGates(2),
    cacheDir: '',
    settings,
    engine: async () => engine,
    onEvent: () => undefined,
    onGone: (patch) => shown.push(patch),
    onUnexpectedEnd: () => undefined,
    onBadEvent: () => undefined,
    session: {
      prepare: async () => undefined,
      keep: kept,
      browsersLeft: () => [{ pid: 7, stamp: '' }],
    },
  });
  supervisor.start();
  await pass(0);
  const last = () => children.at(-1) as Child;
  const runsOut = () => {
    holds = false;
  };
  return { supervisor, shown, kept, last, runsOut };
}

beforeEach(() => {
  children.length = 0;
  ended.length = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  // The latest that chance allows.
  vi.spyOn(Math, 'random').mockReturnValue(1);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('an engine that ends by itself', () => {
  test('is started again after 1, 2, 4 … seconds, and never later than five minutes', async () => {
    const { shown, last } = await aSupervisor();
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]) {
      const before = children.length;
      void last().kill();
      await pass(seconds * 1_000 - 1);
      expect(children).toHaveLength(before);
      await pass(1);
      expect(children).toHaveLength(before + 1);
    }
    expect(shown[0]).toMatchObject({ state: 'reconnecting' });
  });

  test('shows why it gave up, when it said so, and only then', async () => {
    const { shown, last } = await aSupervisor();
    last().tells({ event: 'failure', fatal: false, reason: 'WhatsApp cannot be reached.' });
    await pass(0);
    expect(shown.at(-1)).toEqual({ state: 'reconnecting', reason: 'WhatsApp cannot be reached.' });
    await pass(1_000);
    void last().kill();
    await pass(0);
    expect(shown.at(-1)?.reason).toMatch(/ended unexpectedly/);
  });

  test.each([
    ['ready for five minutes: as if it were the first time', 5 * 60_000 + 1_000, 1_000],
    ['ready for less: with the patience it has', 4 * 60_000, 8_000],
  ])('%s', async (_, readyMs, delayMs) => {
    const { last } = await aSupervisor();
    for (const seconds of [1, 2, 4]) {
      void last().kill();
      await pass(seconds * 1_000);
    }
    last().tells(ready);
    await pass(readyMs);
    void last().kill();
    await pass(delayMs - 1);
    expect(children).toHaveLength(4);
    await pass(1);
    expect(children).toHaveLength(5);
  });
});

test('what an engine needs cannot be had just now: it is said, and tried again', async () => {
  const trouble = Object.assign(new Error('no space'), { code: 'chromium.not-unpacked' });
  const settings = vi.fn(async () => null).mockRejectedValueOnce(trouble);
  const { shown } = await aSupervisor({ settings });
  expect(shown).toEqual([{ state: 'reconnecting', reason: expect.stringMatching(/Chromium could not be unpacked/) }]);
  expect(children).toHaveLength(0);
  await pass(1_000);
  expect(children).toHaveLength(1);
});

describe('an engine that is renewed', () => {
  test('ends in order, its session is kept, and it starts again at once', async () => {
    const { supervisor, kept, shown } = await aSupervisor();
    await supervisor.renew({ failed: false });
    await pass(0);
    expect(children[0]?.asked).toContain('stop');
    expect(kept).toHaveBeenCalledTimes(1);
    expect(children).toHaveLength(2);
    expect(shown).toEqual([]);
  });

  test('again and again for its own fault: with growing patience', async () => {
    const { supervisor } = await aSupervisor();
    for (const seconds of [1, 2, 4]) {
      const before = children.length;
      await supervisor.renew({ failed: true });
      await pass(seconds * 1_000 - 1);
      expect(children).toHaveLength(before);
      await pass(1);
      expect(children).toHaveLength(before + 1);
    }
  });

  test('does not start again when somebody stopped it meanwhile, and once only when somebody started it', async () => {
    const { supervisor, kept } = await aSupervisor();
    const keeping = Promise.withResolvers<undefined>();
    kept.mockReturnValueOnce(keeping.promise);
    const renewing = supervisor.renew({ failed: false });
    const stopping = supervisor.stop();
    keeping.resolve(undefined);
    await Promise.all([renewing, stopping]);
    await pass(600_000);
    expect(children).toHaveLength(1);

    supervisor.start();
    await pass(0);
    const again = supervisor.renew({ failed: true });
    await supervisor.stop();
    supervisor.start();
    await again;
    await pass(600_000);
    expect(children).toHaveLength(3);
  });
});

describe('a session that another runner may have by now', () => {
  test.each(['kill', 'fence'] as const)('%s: its browser does not live on for long', async (end) => {
    const { supervisor, last } = await aSupervisor();
    supervisor[end]();
    expect(last().graces).toEqual([1_000]);
  });

  test('a browser that outlives a crashed child has its four seconds, and one when the bot is lost meanwhile', async () => {
    const { supervisor, last } = await aSupervisor({ engine: 'whatsapp-web.js' });
    void last().kill();
    await pass(0);
    expect(ended).toEqual([[[7], 4_000]]);
    await pass(500);
    supervisor.kill();
    expect(ended).toEqual([
      [[7], 4_000],
      [[7], 1_000],
    ]);
  });

  test('the child ended by its own lease before its runner looked: its browser has one second', async () => {
    const { supervisor, last, runsOut } = await aSupervisor({ engine: 'whatsapp-web.js' });
    runsOut();
    void last().kill();
    await pass(0);
    for (const _ of [1, 2, 3]) supervisor.fence();
    expect(ended.map(([, graceMs]) => graceMs)).toEqual([1_000, 1_000]);
  });

  test('the lease runs out after a crash', async () => {
    const { supervisor, last, runsOut } = await aSupervisor({ engine: 'whatsapp-web.js' });
    void last().kill();
    await pass(100);
    runsOut();
    for (const _ of [1, 2, 3]) supervisor.fence();
    expect(ended.map(([, graceMs]) => graceMs)).toEqual([4_000, 1_000]);
  });

  test('a simulated device has no browser', async () => {
    const { last } = await aSupervisor();
    void last().kill();
    await pass(0);
    expect(ended).toEqual([]);
  });
});
