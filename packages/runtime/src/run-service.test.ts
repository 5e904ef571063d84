import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Child, goodEnvironment, startProbe } from '../test/child.ts';

const children: Child[] = [];
const start: typeof startProbe = (environment, options) => {
  const child = startProbe(environment, options);
  children.push(child);
  return child;
};
const good = (more: Record<string, string> = {}) => ({ ...goodEnvironment, ...more });

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.process.kill('SIGKILL');
    await child.exited;
  }
});

describe('environment', () => {
  test('all faults at once, by name and description, never by value', async () => {
    const child = start({ DATABASE_URL: 'mysql://u:hunter2@x/y', OPS_PORT: 'eighty', PROBE_MODE: 'dance' });
    expect(await child.exited).toEqual({ code: 1, signal: null });
    const said = child.stderr();
    for (const variable of ['DATABASE_URL', 'REDIS_URL', 'OPS_PORT', 'PROBE_MODE', 'PROBE_KEY'])
      expect(said).toContain(`  ${variable} `);
    expect(said).toContain('scheduler cannot start: 5 faults');
    expect(said).toContain('Redis for queues and pub/sub.');
    expect(said).not.toMatch(/hunter2|eighty|dance/);
    expect(child.lines).toEqual([]);
  });

  test('a .env fills in, and a real variable wins over it', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'wbm-env-')), '.env');
    await writeFile(file, 'REDIS_URL=redis://127.0.0.1:1\nOPS_PORT=not-a-port\nPROBE_MODE=compose-fails\n');
    const { REDIS_URL: _left, ...rest } = good({ OPS_PORT: '0', PROBE_MODE: 'idle', ENV_FILE: file });
    const child = start(rest);
    await child.seen('service.ready');
  });
});

describe('life', () => {
  test('consumers start after the internal port listens; health, metrics and redaction work', async () => {
    const child = start(good());
    const ready = await child.seen('service.ready');
    expect(child.events()).toEqual(['probe.redaction', 'ops.listening', 'consumers.started', 'service.ready']);
    expect(ready).toMatchObject({ service: 'scheduler', level: 'info', port: 4242 });
    expect(child.lines[0]).toMatchObject({ name: '[redacted]', phone: '[redacted]', leadId: 7 });

    const ops = `http://127.0.0.1:${ready.opsPort}`;
    expect((await fetch(`${ops}/live`)).status).toBe(200);
    expect(await (await fetch(`${ops}/ready`)).json()).toEqual({
      ready: true,
      checks: [
        { name: 'started', ok: true },
        { name: 'probe', ok: true },
      ],
    });
    expect(await (await fetch(`${ops}/metrics`)).text()).toContain('process_cpu_seconds_total{service="scheduler"}');

    child.process.kill('SIGUSR2');
    await child.seen('probe.health');
    const unready = await fetch(`${ops}/ready`);
    expect(unready.status).toBe(503);
    expect(await unready.json()).toMatchObject({ ready: false, checks: [{ ok: true }, { name: 'probe', ok: false }] });
  });

  test('a failed start closes what was opened and ends with 1', async () => {
    const child = start(good({ PROBE_MODE: 'compose-fails' }));
    expect((await child.exited).code).toBe(1);
    expect(child.events()).toEqual([
      'service.start-failed',
      'service.stopping',
      'closed.second',
      'closed.first',
      'service.stopped',
    ]);
    expect(JSON.stringify(child.lines)).not.toContain('91234');
  });
});

describe('end', () => {
  test('SIGTERM: not ready, held work finishes, newest closes first, 0', async () => {
    const child = start(good({ PROBE_MODE: 'hold' }));
    const { opsPort } = await child.seen('service.ready');
    child.process.kill('SIGTERM');
    await child.seen('drain.begin');
    expect((await fetch(`http://127.0.0.1:${opsPort}/ready`)).status).toBe(503);
    expect((await fetch(`http://127.0.0.1:${opsPort}/live`)).status).toBe(200);
    expect(await child.exited).toEqual({ code: 0, signal: null });
    expect(child.events().slice(4)).toEqual([
      'service.stopping',
      'drain.begin',
      'drain.end',
      'closed.second',
      'closed.first',
      'service.stopped',
    ]);
    expect(child.lines.find((line) => line.event === 'drain.end')).toMatchObject({ aborted: true });
  });

  test('a second signal ends it at once with 1', async () => {
    const child = start(good({ PROBE_MODE: 'stuck' }));
    await child.seen('service.ready');
    child.process.kill('SIGTERM');
    await child.seen('drain.begin');
    child.process.kill('SIGINT');
    expect((await child.exited).code).toBe(1);
    expect(child.events().at(-1)).toBe('service.forced');
  });

  test('a signal and then a parent that is gone are one request', async () => {
    const child = start(good({ PROBE_MODE: 'hold' }), { ipc: true });
    await child.seen('service.ready');
    child.process.kill('SIGTERM');
    await child.seen('drain.begin');
    child.process.disconnect();
    expect((await child.exited).code).toBe(0);
    expect(child.events()).toContain('drain.end');
  });

  test('past the deadline it ends with 1', async () => {
    const child = start(good({ PROBE_MODE: 'stuck', SHUTDOWN_DEADLINE_MS: '200' }));
    await child.seen('service.ready');
    child.process.kill('SIGTERM');
    expect((await child.exited).code).toBe(1);
    expect(child.events().at(-1)).toBe('service.deadline-exceeded');
  });

  test('SIGTERM during the start waits for it, and closes what it opened last', async () => {
    const child = start(good({ PROBE_MODE: 'slow-compose' }));
    await child.seen('compose.slow');
    child.process.kill('SIGTERM');
    expect((await child.exited).code).toBe(0);
    expect(child.events()).toContain('closed.late');
    expect(child.events()).not.toContain('consumers.started');
    expect(child.events()).not.toContain('service.ready');
  });

  test.each([
    ['reject', 'service.unhandled-rejection', 'nobody caught this'],
    ['throw', 'service.uncaught-exception', 'nobody caught that'],
  ])(
    'a bug nobody caught (%s) is logged once with its stack and ends it in order with 1',
    async (mode, event, message) => {
      const child = start(good({ PROBE_MODE: mode }));
      expect((await child.exited).code).toBe(1);
      const logged = child.lines.filter((line) => line.event === event);
      expect(logged).toHaveLength(1);
      expect(logged[0]).toMatchObject({
        level: 'fatal',
        err: { message, stack: expect.stringContaining('probe-service.ts') },
      });
      expect(child.events().slice(-3)).toEqual(['closed.second', 'closed.first', 'service.stopped']);
    },
  );

  test('with a parent: it says ready, and stops when the parent is gone', async () => {
    const child = start(good(), { ipc: true });
    const said = await new Promise((resolve) => child.process.once('message', resolve));
    expect(said).toEqual({ ready: { opsPort: expect.any(Number), port: 4242 } });
    child.process.disconnect();
    expect(await child.exited).toEqual({ code: 0, signal: null });
    expect(child.lines.find((line) => line.event === 'service.stopping')).toMatchObject({ reason: 'parent gone' });
  });
});
