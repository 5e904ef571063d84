import { openBus } from '@wbm/bus';
import { openServiceDatabase } from '@wbm/db';
import { type ServiceContext, startPulse } from '@wbm/runtime';
import type { z } from 'zod';
import type { config as schema } from './config.ts';
import { runSchedule } from './handlers/schedule-run.ts';
import { createSweep } from './sweep.ts';

export async function compose(context: ServiceContext<z.infer<typeof schema>>): Promise<void> {
  const { name: service, config, log, metrics, clock, scope } = context;

  const database = await openServiceDatabase(context);
  const bus = openBus({ redisUrl: config.REDIS_URL, prefix: config.REDIS_PREFIX, service, log, metrics });
  scope.own('bus', () => bus.close());

  bus.handle('scheduler', {
    'schedule.run': { handler: runSchedule({ workspaces: database, bells: bus, clock, log }), concurrency: 4 },
  });

  context.readiness('redis', () => bus.hears());
  const run = createSweep({ due: database.sweep, bells: bus, graceMs: config.SWEEP_GRACE_MS, log, metrics });
  context.onStart(() => {
    bus.start();
    // A plain timer and no queue job: a flushed Redis would forget it.
    const sweep = startPulse({ task: 'sweep', everyMs: config.SWEEP_MS, log, run });
    bus.onReconnect(() => sweep.wake());
    context.onDrain('sweep', () => sweep.stop());
  });
  context.onDrain('bus', () => bus.drain());
}
