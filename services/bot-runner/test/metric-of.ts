import type { RunningService } from '@wbm/testkit';

/** The sum of a service's samples whose name and labels begin like this. */
export async function metricOf(runner: RunningService, beginning: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${runner.opsPort}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(beginning));
  return lines.map((line) => Number(line.split(' ').at(-1))).reduce((sum, value) => sum + value, 0);
}
