import { checkCatalog } from './catalog.ts';
import { checkContainers } from './containers.ts';
import { checkGenerated } from './generated.ts';
import { type Step, tool } from './step.ts';

/** Everything `npm run check` proves, the quick ones first. */
export const steps: readonly Step[] = [
  {
    name: 'format and lint',
    cure: 'npm run pnpm -- exec biome check --write',
    run: tool('biome', ['check', '--error-on-warnings', '--max-diagnostics=none', '--colors=off', '.']),
  },
  { name: 'versions', cure: 'put the version into the catalog of pnpm-workspace.yaml', run: checkCatalog },
  {
    name: 'arrows',
    cure: 'see the rule’s reason; ARCHITECTURE.md says where a thing goes',
    run: tool('depcruise', [
      '--config',
      '.dependency-cruiser.mjs',
      '--output-type',
      'err-long',
      'packages',
      'services',
      'scripts',
    ]),
  },
  { name: 'dead code', cure: 'delete it, or use it', run: tool('knip', ['--no-progress', '--no-config-hints']) },
  { name: 'generated docs', cure: 'npm run docs', run: checkGenerated },
  { name: 'containers', cure: 'bring Dockerfile and docker-compose.yml in line with the code', run: checkContainers },
  {
    name: 'types',
    cure: 'npm run pnpm -- exec turbo run typecheck',
    run: tool('turbo', ['run', 'typecheck', '--output-logs=errors-only', '--continue', '--no-color']),
  },
];
