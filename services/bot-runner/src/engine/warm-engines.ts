import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { childEnv, childFlags, childProgram } from './child-options.ts';

const LONGEST_MS = 20_000;

/** Has the children's code compiled once and kept in `cacheDir`. Never throws: without it they only need more memory. */
export async function warmEngines(cacheDir: string): Promise<void> {
  const args = [...childFlags, childProgram('warm-up')];
  const child = spawn(process.execPath, args, { env: childEnv(cacheDir), stdio: 'ignore', timeout: LONGEST_MS });
  await once(child, 'exit').catch(() => undefined);
}
