/**
 * Resolves at the first SIGINT or SIGTERM, or when the launcher that started us is gone; a second signal ends the
 * process at once with 1.
 */
export function untilStopped(): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (reason: string) => {
      if (asked && reason !== 'disconnect') process.exit(1);
      asked = true;
      resolve(reason);
    };
    process.on('SIGINT', () => ask('SIGINT'));
    process.on('SIGTERM', () => ask('SIGTERM'));
    if (process.connected) process.on('disconnect', () => ask('disconnect'));
  });
}
