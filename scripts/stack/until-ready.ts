import { setTimeout as wait } from 'node:timers/promises';
import type { ServiceProcess } from './service-process.ts';

type Starting = Pick<ServiceProcess, 'name' | 'ready' | 'logFile' | 'lastWords'>;

/** Once one service has failed, how long the others may take to say what they miss. */
const graceMs = 3_000;

/**
 * Resolves when every service is ready. Throws one error with the faults of all that are not: who ended and what it
 * said, and who was still silent after `timeoutMs`. Services with the same faults are named together.
 */
export async function untilReady(services: readonly Starting[], timeoutMs: number): Promise<void> {
  const timer = new AbortController();
  const waiting = new Set(services);
  const faults = new Map<string, Starting[]>();
  const note = (fault: string, service: Starting) => faults.set(fault, [...(faults.get(fault) ?? []), service]);
  let failed = () => {};
  const grace = new Promise<void>((resolve) => {
    failed = () => void wait(graceMs, undefined, { signal: timer.signal }).then(resolve, () => undefined);
  });
  const all = services.map(async (service) => {
    try {
      await service.ready;
    } catch (error) {
      note([error instanceof Error ? error.message : String(error), service.lastWords()].join('\n'), service);
      failed();
    }
    waiting.delete(service);
  });
  const tooLong = wait(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined);
  const late = await Promise.race([Promise.all(all), grace, tooLong.then(() => 'late' as const)]);
  timer.abort();
  if (late === 'late') {
    for (const service of waiting) note(`was not ready after ${timeoutMs / 1000} s\n${service.lastWords()}`, service);
  }
  if (faults.size === 0) return;
  const told = [...faults].map(([fault, them]) => {
    const logs = them.map(({ logFile }) => logFile);
    return `${them.map(({ name }) => name).join(', ')} ${fault.trim()}\n  Log: ${logs.join(', ')}`;
  });
  throw new Error(told.join('\n\n'));
}
