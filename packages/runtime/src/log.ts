import { pino } from 'pino';
import { currentCorrelation } from './correlation.ts';
import { type LineOutput, lineOutput } from './line-output.ts';
import { redact } from './redaction.ts';

/** pino's logger. The message argument is the event's name: `log.info({ leadId }, 'lead.filed')`. */
export type Logger = import('pino').Logger;

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const STDOUT = 1;

type LogOptions = {
  readonly service: string;
  readonly level?: LogLevel;
  /** Where lines go; standard output unless a test wants to read them. */
  readonly destination?: LineOutput;
};

/**
 * One JSON object a line: `level`, `time` (ISO), `service`, `cid` inside a correlation, `event`, then ids.
 * Keys that could hold what a person wrote or is called are replaced at any depth (see redaction.ts).
 */
export function createLog(options: LogOptions): Logger {
  const settings = {
    level: options.level ?? 'info',
    base: { service: options.service },
    messageKey: 'event',
    errorKey: 'err',
    timestamp: pino.stdTimeFunctions.isoTime,
    // formatters.log runs first and has already turned errors into plain objects.
    serializers: { err: (value: unknown) => value },
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => redact(fields) as Record<string, unknown>,
    },
    mixin: () => {
      const cid = currentCorrelation();
      return cid === undefined ? {} : { cid };
    },
  };
  const log = pino(settings, options.destination ?? lineOutput(STDOUT));
  // pino applies formatters.bindings to the root only; children inherit this method and so go through it too.
  const { child } = log;
  log.child = function redactedChild(this: Logger, bindings: object, childOptions?: object) {
    return child.call(this, redact(bindings) as Record<string, unknown>, childOptions as never);
  } as typeof child;
  return log;
}
