import { z } from 'zod';
import { networkNews } from './network.ts';
import type { EngineEvent } from './port.ts';
import { whatsAppWebSettings } from './whatsapp-web-settings.ts';

/**
 * What travels over the IPC channel, both ways, parsed at both ends. Arguments and results are parsed a second time by
 * the schema of the command they belong to. Parent and child come from one build, so another version is a bug.
 */
const v = z.literal(1);
export const FRAME_VERSION = 1;
const callId = z.int().nonnegative();

/** Engines that this build has, by what is written in `bots.engine`. */
export const builtEngines = ['sandbox', 'whatsapp-web.js'] as const;
export type BuiltEngine = (typeof builtEngines)[number];

/** A remote failure: a code for us, never content. */
const fault = z.object({ code: z.string().max(64) });

export const runnerFrame = z.discriminatedUnion('kind', [
  /** First frame: which engine to be, and what that engine needs to know. */
  z.object({
    v,
    kind: z.literal('begin'),
    engine: z.enum(builtEngines),
    settings: whatsAppWebSettings.optional(),
  }),
  /** How long the engine may act: a moment on the machine's monotonic clock, in milliseconds, so that a late frame cannot lengthen it. */
  z.object({ v, kind: z.literal('lease'), untilMs: z.number() }),
  z.object({ v, kind: z.literal('command'), id: callId, name: z.string(), args: z.unknown() }),
  z.object({ v, kind: z.literal('network.answer'), id: callId, value: z.unknown(), fault: fault.optional() }),
  z.object({ v, kind: z.literal('network.news'), news: networkNews }),
]);
export type RunnerFrame = z.output<typeof runnerFrame>;

export const childFrame = z.discriminatedUnion('kind', [
  z.object({ v, kind: z.literal('answer'), id: callId, value: z.unknown(), fault: fault.optional() }),
  /** Parsed apart from its frame: a stranger chose some of what stands in it, so one that does not parse is no end of the child. */
  z.object({ v, kind: z.literal('event'), event: z.unknown() }),
  z.object({ v, kind: z.literal('network.ask'), id: callId, name: z.string(), args: z.unknown() }),
]);
export type ChildFrame =
  | Exclude<z.output<typeof childFrame>, { kind: 'event' }>
  | { readonly v: typeof FRAME_VERSION; readonly kind: 'event'; readonly event: EngineEvent };
