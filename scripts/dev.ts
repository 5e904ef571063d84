import { findRoot } from '@wbm/runtime';
import { bootStack, type Stack } from './stack/boot-stack.ts';
import { servePages } from './stack/serve-pages.ts';
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
  const pages = await servePages(findRoot(), stack.baseUrl);
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
  const failure = await Promise.race([stopped.then(() => undefined), stack.failed, pages.failed]);
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
