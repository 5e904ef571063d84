/** Milliseconds of processor that `work` took: a busy machine, where it waits for its turn, does not make them more. */
export function cpuMs(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
