import { spawn } from 'node:child_process';

/** One thing `npm run check` proves. `run` resolves with what is wrong, in text, or with nothing. */
export interface Step {
  name: string;
  /** What to do about a failure. */
  cure: string;
  run: (root: string) => Promise<string | undefined>;
}

/** A step that is a tool's own verdict: its output when it does not exit with 0. */
export function tool(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Step['run'] {
  return (root) =>
    new Promise((resolve) => {
      const child = spawn(`node_modules/.bin/${command}`, args, {
        cwd: root,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      child.stdout.on('data', (chunk) => (output += chunk));
      child.stderr.on('data', (chunk) => (output += chunk));
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code) => resolve(code === 0 ? undefined : output.trim() || `${command} ended with ${code}`));
    });
}
