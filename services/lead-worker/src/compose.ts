import { openBus } from '@wbm/bus';
import { openServiceDatabase } from '@wbm/db';
import type { ServiceContext } from '@wbm/runtime';
import type { z } from 'zod';
import type { config as schema } from './config.ts';
import { receiveMessages } from './handlers/message-receive.ts';
import { deliverReply } from './handlers/reply-deliver.ts';
import { leadMetrics } from './lead-metrics.ts';
import type { Ports } from './ports.ts';

export async function compose(context: ServiceContext<z.infer<typeof schema>>): Promise<void> {
  const { name: service, config, log, metrics, clock, scope } = context;

  const database = await openServiceDatabase(context);
  const bus = openBus({ redisUrl: config.REDIS_URL, prefix: config.REDIS_PREFIX, service, log, metrics });
  scope.own('bus', () => bus.close());

  const ports: Ports = { workspaces: database, bells: bus, clock, log, metrics: leadMetrics(metrics) };
  const concurrency = config.LEAD_WORKER_CONCURRENCY;
  bus.handle('lead-worker', {
    'message.receive': { handler: receiveMessages(ports), concurrency },
    'reply.deliver': { handler: deliverReply(ports), concurrency },
  });

  context.readiness('redis', () => bus.hears());
  context.onStart(() => bus.start());
  context.onDrain('bus', () => bus.drain());
}
