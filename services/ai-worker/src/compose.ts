import { openBus } from '@wbm/bus';
import { openServiceDatabase } from '@wbm/db';
import type { ServiceContext } from '@wbm/runtime';
import type { z } from 'zod';
import { openaiAssistant } from './adapters/assistant/openai.ts';
import { scriptedAssistant } from './adapters/assistant/scripted.ts';
import type { config as schema } from './config.ts';
import { generateReply } from './handlers/reply-generate.ts';
import type { Assistant, Ports } from './ports.ts';
import { turnMetrics } from './turn-metrics.ts';

type Config = z.infer<typeof schema>;

export async function compose(context: ServiceContext<Config>): Promise<void> {
  const { name: service, config, log, metrics, clock, scope, stopping } = context;

  const database = await openServiceDatabase(context);
  const bus = openBus({ redisUrl: config.REDIS_URL, prefix: config.REDIS_PREFIX, service, log, metrics });
  scope.own('bus', () => bus.close());
  const assistant = chooseAssistant(config);
  log.info({ model: assistant.model }, 'assistant.chosen');

  const ports: Ports = {
    workspaces: database,
    bells: bus,
    assistant,
    clock,
    log,
    metrics: turnMetrics(metrics),
    stopping,
  };
  bus.handle('ai-worker', {
    'reply.generate': { handler: generateReply(ports), concurrency: config.AI_WORKER_CONCURRENCY },
  });

  context.readiness('redis', () => bus.hears());
  context.onStart(() => bus.start());
  context.onDrain('bus', () => bus.drain());
}

function chooseAssistant(config: Config): Assistant {
  if (config.AI_API_KEY === undefined) return scriptedAssistant();
  return openaiAssistant({
    apiKey: config.AI_API_KEY,
    baseUrl: config.AI_BASE_URL,
    model: config.AI_MODEL,
    temperature: config.AI_TEMPERATURE,
    maxTokens: config.AI_MAX_TOKENS,
    timeoutMs: config.AI_TIMEOUT_MS,
  });
}
