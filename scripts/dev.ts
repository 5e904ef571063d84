import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '@wbm/embedded';
import { findRoot } from '@wbm/runtime';
import { bootStack, type Stack } from './stack/boot-stack.ts';
import { readSettings } from './stack/settings.ts';
import { summary } from './stack/summary.ts';
import { untilStopped } from './stack/until-stopped.ts';
import { watchSources } from './stack/watch-sources.ts';

const began = performance.now();
const say = (line: string) => console.log(`› ${line}`);
const stopped = untilStopped();
let stack: Stack | undefined;
try {
  stack = await bootStack({ ...readSettings(), say, withoutDashboard: true, env: { LOG_LEVEL: 'debug' } });
  const pages = await startVite(stack.baseUrl);
  const { services, links, baseUrl } = stack;
  const watching = watchSources(findRoot(), (changed) => {
    for (const service of services.values()) {
      if (changed === 'all' || changed === service.name) service.restart();
    }
    say(`${changed === 'all' ? 'A package' : changed} changed: restarting.`);
  });
  const moved = (link: string) => link.replace(baseUrl, pages.url);
  const shown = links && { admin: moved(links.admin), vendor: moved(links.vendor) };
  console.log(
    summary({ ...stack, baseUrl: pages.url, links: shown, seconds: ((performance.now() - began) / 1000).toFixed(1) }),
  );
  const failure = await Promise.race([stopped.then(() => undefined), stack.failed]);
  say(failure ?? 'Stopping …');
  if (failure) process.exitCode = 1;
  watching.close();
  pages.stop();
} catch (error) {
  console.error(`\n✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
await stack?.stop();
process.exit();

/** Vite serves the pages with hot reload and passes the API on to the gateway. */
async function startVite(gateway: string): Promise<{ url: string; stop(): void }> {
  const folder = join(findRoot(), 'packages', 'dashboard');
  const port = await freePort(5173);
  const child = spawn(join(folder, 'node_modules', '.bin', 'vite'), ['--port', String(port), '--strictPort'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, GATEWAY_URL: gateway, NODE_ENV: 'development' },
  });
  process.once('exit', () => child.kill());
  return { url: `http://localhost:${port}`, stop: () => void child.kill() };
}
