import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeConfig, serviceNames } from '@wbm/runtime';
import { parse } from 'yaml';
import { z } from 'zod';
import { readSchemas } from '../docs/configuration.ts';
import { type Dockerfile, parseDockerfile, type Stage } from './dockerfile.ts';

const service = z.object({
  build: z.object({ target: z.string(), args: z.record(z.string(), z.string()).default({}) }).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
  command: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.unknown()).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  restart: z.string().optional(),
  stop_grace_period: z.string().optional(),
  volumes: z.array(z.string()).default([]),
  deploy: z.object({ resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string() }) }) }).optional(),
});
const composeFile = z.object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.unknown()) });
type Service = z.infer<typeof service>;

/** Read by `loadDotenv` before any schema. */
const beforeSchemas = new Set(['ENV_FILE']);

/**
 * What can be proved of Dockerfile and docker-compose.yml without a Docker: every target, path, port, health path,
 * variable and build argument they name exists in the code, and every variable the code requires is set there.
 */
export async function checkContainers(root: string): Promise<string | undefined> {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  const compose = composeFile.parse(parse(text, { merge: true }));
  const docker = parseDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8'));
  const health = readFileSync(join(root, 'packages/runtime/src/health.ts'), 'utf8');
  const schemas = await readSchemas(root);
  const faults = [...checkStages(root, docker), ...checkAsked(root, text)];

  for (const name of [...serviceNames, 'migrate']) {
    if (!compose.services[name]) faults.push(`docker-compose.yml: there is no service "${name}"`);
  }
  for (const [name, one] of Object.entries(compose.services)) {
    const fault = (what: string) => faults.push(`docker-compose.yml: ${name}: ${what}`);
    for (const other of Object.keys(one.depends_on))
      if (!compose.services[other]) fault(`depends on unknown "${other}"`);
    for (const mount of one.volumes) {
      const [volume = '', path] = mount.split(':');
      if (path !== undefined && !(volume in compose.volumes)) fault(`mounts unknown volume "${volume}"`);
      // The lock on a session is void in another container.
      if (name === 'bot-runner' && path === one.environment.DATA_DIR) fault('replicas would share DATA_DIR');
    }
    if (!one.restart) fault('says no restart policy');
    if (!one.deploy) fault('has no limits');
    if (!one.build) continue;
    const stage = docker.stages.get(one.build.target);
    const schema = schemas.get(name);
    if (!stage) fault(`builds unknown target "${one.build.target}"`);
    for (const arg of Object.keys(one.build.args)) {
      if (!docker.arguments.includes(arg)) fault(`gives unknown build argument "${arg}"`);
    }
    if (!stage || !schema) continue;
    const known = describeConfig(schema);
    const given = new Map([...stage.env, ...Object.entries(one.environment)]);
    for (const variable of given.keys()) {
      if (variable in schema.shape || beforeSchemas.has(variable) || isImageWide(variable, stage, schemas, one))
        continue;
      fault(`sets ${variable}, which the code does not read`);
    }
    for (const { variable, required } of known) {
      if (required && !given.has(variable)) fault(`does not set ${variable}, which the code requires`);
    }
    if (name !== 'migrate') for (const what of checkRunning(name, one, stage, given, health)) fault(what);
  }
  const redis = compose.services.redis?.command.join(' ') ?? '';
  for (const wanted of ['--appendonly yes', '--maxmemory-policy noeviction', '\nrequirepass ']) {
    if (!redis.includes(wanted)) faults.push(`docker-compose.yml: redis must run with ${wanted.trim()}`);
  }
  for (const [name, { command }] of Object.entries(compose.services)) {
    const shown = /(?<!\$)\$\{?(\w*(PASSWORD|SECRET|KEY)\w*)/.exec(command.join(' '));
    if (shown)
      faults.push(`docker-compose.yml: ${name}: ${shown[1]} stands on the command line, where all can read it`);
  }
  return faults.length > 0 ? faults.join('\n') : undefined;
}

/** An image sets some variables for all services at once; those need a reader, but not this one. */
function isImageWide(variable: string, stage: Stage, schemas: Map<string, z.ZodObject>, one: Service): boolean {
  const someoneReads = [...schemas.values()].some((schema) => variable in schema.shape);
  return stage.env.has(variable) && !(variable in one.environment) && someoneReads;
}

function checkRunning(name: string, one: Service, stage: Stage, given: Map<string, string>, health: string): string[] {
  const faults: string[] = [];
  const probe = /http:\/\/127\.0\.0\.1:(\d+)(\/\w+)/.exec(one.healthcheck?.test.join(' ') ?? '');
  if (!probe) faults.push('has no health check');
  if (probe && probe[1] !== given.get('OPS_PORT')) faults.push(`asks port ${probe[1]}, but OPS_PORT is another`);
  if (probe && !health.includes(`'${probe[2]}'`)) faults.push(`asks ${probe[2]}, which the code does not serve`);
  if (!stage.exposed.includes(Number(given.get('OPS_PORT')))) faults.push('its image does not expose OPS_PORT');
  for (const port of one.ports.map((mapping) => mapping.split(':').at(-1) ?? '')) {
    if (port !== given.get('PORT'))
      faults.push(`publishes port ${port}, but PORT is ${given.get('PORT') ?? 'not set'}`);
  }
  const grace = Number.parseInt(one.stop_grace_period ?? '0', 10) * 1000;
  if (grace <= Number(given.get('SHUTDOWN_DEADLINE_MS') ?? 25_000)) {
    faults.push('stop_grace_period must be longer than SHUTDOWN_DEADLINE_MS');
  }
  if (stage.user === undefined || stage.user === 'root') faults.push('runs as root');
  if (/chromium/i.test(stage.text) !== (name === 'bot-runner')) faults.push('Chromium belongs in bot-runner only');
  return faults;
}

function checkStages(root: string, docker: Dockerfile): string[] {
  const faults: string[] = [];
  for (const stage of docker.stages.values()) {
    const fault = (what: string) => faults.push(`Dockerfile: ${stage.name}: ${what}`);
    for (const source of stage.sources) if (!existsSync(join(root, source))) fault(`copies missing ${source}`);
    for (const other of stage.copiedFrom) if (!docker.stages.has(other)) fault(`copies from unknown stage ${other}`);
    const script = stage.command?.[1];
    if (script && !existsSync(join(root, script))) fault(`runs missing ${script}`);
  }
  // pnpm installs nothing when a patch that pnpm-workspace.yaml names is missing.
  if (existsSync(join(root, 'patches')) && !docker.stages.get('workspace')?.sources.includes('patches')) {
    faults.push('Dockerfile: workspace: does not copy patches');
  }
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const wanted = [
    `NODE_VERSION=${readFileSync(join(root, '.node-version'), 'utf8').trim()}`,
    `PNPM_VERSION=${String(packageManager).split('@')[1]}`,
  ];
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8');
  for (const one of wanted) if (!text.includes(one)) faults.push(`Dockerfile: must say ${one}, as the launcher does`);
  return faults;
}

/** What compose asks of its environment stands in the example file, and nothing else does. */
function checkAsked(root: string, text: string): string[] {
  const asked = new Set([...text.matchAll(/\$\{(\w+)/g)].map((match) => match[1] ?? ''));
  const example = readFileSync(join(root, 'deploy/compose.env.example'), 'utf8');
  const offered = new Set([...example.matchAll(/^(\w+)=/gm)].map((match) => match[1] ?? ''));
  return [
    ...[...asked].filter((name) => !offered.has(name)).map((name) => `deploy/compose.env.example: ${name} is missing`),
    ...[...offered].filter((name) => !asked.has(name)).map((name) => `deploy/compose.env.example: nobody asks ${name}`),
  ];
}
