import type { EngineProcess } from '../engine/engine-process.ts';

const EVERY_MS = 3_000;
const DEADLINE_MS = 5_000;
/** One late answer is a busy machine. */
const MISSES = 2;

/** Asks an engine again and again whether its session still answers, and kills the child when it does not. */
export function watchPulse(
  child: Pick<EngineProcess, 'call' | 'kill'>,
  onHung: (why: 'silent' | 'unhealthy') => void,
): { stop(): void } {
  let stopped = false;
  let misses = 0;
  let timer: NodeJS.Timeout | undefined;

  const ask = async () => {
    const why = await child.call('probe', {}, DEADLINE_MS).then(
      ({ healthy }) => (healthy ? null : ('unhealthy' as const)),
      () => 'silent' as const,
    );
    if (stopped) return;
    misses = why === null ? 0 : misses + 1;
    if (why !== null && misses >= MISSES) {
      onHung(why);
      void child.kill();
    } else timer = setTimeout(() => void ask(), EVERY_MS);
  };
  timer = setTimeout(() => void ask(), EVERY_MS);

  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
