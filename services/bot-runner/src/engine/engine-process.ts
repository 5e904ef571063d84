import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { z } from 'zod';
import { childEnv, childFlags, childProgram } from './child-options.ts';
import { browsersBelow, endBrowsers } from './end-browsers.ts';
import { type BuiltEngine, childFrame, FRAME_VERSION, type RunnerFrame } from './frames.ts';
import { type NetworkNews, type NetworkSide, networkAsks } from './network.ts';
import { PendingCalls } from './pending-calls.ts';
import {
  type EngineArgs,
  type EngineCommandName,
  type EngineEvent,
  type EngineResult,
  engineCommands,
  engineEvent,
} from './port.ts';
import type { WhatsAppWebSettings } from './whatsapp-web-settings.ts';

/** So long a browser may take to write what it knows, such as a link made a moment ago. */
export const BROWSER_ENDS_MS = 4_000;

/** How a child process ended. `said` holds the stack lines of what killed it, never its message. */
export interface EngineEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: readonly string[];
}

/** A bot's child process, seen from its runner. */
export interface EngineProcess {
  /** Null when it could not even be started. */
  readonly pid: number | null;
  /** By the monotonic clock of this process. */
  readonly startedAtMs: number;
  readonly ended: Promise<EngineEnd>;
  /** Rejects with `CallFailed`: `deadline`, `gone`, or the code the engine answered. Then nothing is known. */
  call<K extends EngineCommandName>(name: K, args: EngineArgs<K>, deadlineMs: number): Promise<EngineResult<K>>;
  /** Lets the engine act until then, on the machine's monotonic clock. */
  lease(untilMs: number): void;
  tell(news: NetworkNews): void;
  /**
   * Ends it at once, and resolves when the browser it had has ended too; that is killed after `browserMs` at the latest. A
   * browser that is killed loses what it has not written yet.
   */
  kill(browserMs?: number): Promise<void>;
}

type StartOptions = {
  readonly engine: BuiltEngine;
  /** For the engine in a browser only. */
  readonly settings: WhatsAppWebSettings | null;
  readonly leaseUntilMs: number;
  /** Where Node keeps compiled code: the next child starts in half the time. */
  readonly cacheDir: string;
  readonly onEvent: (event: EngineEvent) => void;
  /** An event that does not parse, which is dropped: it may be the doing of whoever wrote what it is about. */
  readonly onBadEvent: (paths: readonly string[]) => void;
  /** A frame that does not parse: a bug in the child, which is then killed. */
  readonly onGarbage: (paths: readonly string[]) => void;
  readonly network: NetworkSide;
};

/** Starts the child process of one bot. */
export function startEngineProcess(options: StartOptions): EngineProcess {
  const child = fork(childProgram('main'), [], {
    execArgv: childFlags,
    env: childEnv(options.cacheDir),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const calls = new PendingCalls();
  const kill = (browserMs = BROWSER_ENDS_MS) => {
    const browsers = browsersBelow(child.pid);
    child.kill('SIGKILL');
    return endBrowsers(browsers, browserMs);
  };
  const send = (frame: RunnerFrame) => {
    if (child.connected) child.send(frame, () => undefined);
  };

  child.on('message', (raw) => {
    const parsed = childFrame.safeParse(raw);
    if (!parsed.success) {
      options.onGarbage(pathsOf(parsed.error));
      void kill();
      return;
    }
    const frame = parsed.data;
    if (frame.kind === 'event') hearEvent(frame.event, options);
    else if (frame.kind === 'network.ask') void answerAsk(options.network, frame, send);
    else if (frame.fault) calls.fail(frame.id, frame.fault.code);
    else calls.answer(frame.id, frame.value);
  });
  const ended = endOf(child);
  void ended.then(() => calls.end());
  send({
    v: FRAME_VERSION,
    kind: 'begin',
    engine: options.engine,
    ...(options.settings === null ? {} : { settings: options.settings }),
  });
  send({ v: FRAME_VERSION, kind: 'lease', untilMs: options.leaseUntilMs });

  return {
    pid: child.pid ?? null,
    startedAtMs: performance.now(),
    ended,
    async call(name, args, deadlineMs) {
      const value = await calls.call(deadlineMs, (id) => send({ v: FRAME_VERSION, kind: 'command', id, name, args }));
      return engineCommands[name].result.parse(value) as never;
    },
    lease: (untilMs) => send({ v: FRAME_VERSION, kind: 'lease', untilMs }),
    tell: (news) => send({ v: FRAME_VERSION, kind: 'network.news', news }),
    kill,
  };
}

function hearEvent(raw: unknown, { onEvent, onBadEvent }: Pick<StartOptions, 'onEvent' | 'onBadEvent'>): void {
  const event = engineEvent.safeParse(raw);
  if (event.success) onEvent(event.data);
  else onBadEvent(pathsOf(event.error));
}

/** Where it did not fit; never what stood there. */
function pathsOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => issue.path.join('.'));
}

type Ask = { readonly id: number; readonly name: string; readonly args?: unknown };

async function answerAsk(network: NetworkSide, ask: Ask, send: (frame: RunnerFrame) => void): Promise<void> {
  const { id, name } = ask;
  try {
    if (!isAsk(name)) throw new Error('no such ask');
    const value = await network[name](networkAsks[name].args.parse(ask.args) as never);
    send({ v: FRAME_VERSION, kind: 'network.answer', id, value });
  } catch {
    send({ v: FRAME_VERSION, kind: 'network.answer', id, value: null, fault: { code: 'network-away' } });
  }
}

function isAsk(name: string): name is keyof typeof networkAsks {
  return Object.hasOwn(networkAsks, name);
}

const LAST_LINES = 12;

function endOf(child: ChildProcess): Promise<EngineEnd> {
  const said: string[] = [];
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (!/^\s+at /.test(line)) return;
      said.push(line.trim());
      if (said.length > LAST_LINES) said.shift();
    });
  }
  return new Promise((resolve) => {
    child.on('error', () => {
      if (child.pid === undefined) resolve({ code: null, signal: null, said });
    });
    child.once('exit', (code, signal) => resolve({ code, signal, said }));
  });
}
