import type { ServiceName } from '@wbm/contracts';
import { type Logger, type MetricsRegistry, withCorrelation } from '@wbm/runtime';
import { type AnyCommand, type Book, type Handling, type News, type TheBook, theBook } from './book.ts';
import type { Bus } from './bus.ts';
import { busMetrics } from './bus-metrics.ts';
import { connect, SEND_LIMIT_MS } from './connection.ts';
import { Consumer } from './consumer.ts';
import { open, seal } from './envelope.ts';
import { Line } from './line.ts';
import { names } from './names.ts';
import { queueGauges } from './queue-gauges.ts';
import { failedJobs, queueState } from './queue-state.ts';
import { Queues } from './queues.ts';
import { runJob } from './run-job.ts';
import { send } from './send.ts';
import { Subscriber } from './subscriber.ts';
import { within } from './within.ts';

const RESTORE_SETTINGS_EVERY_MS = 30_000;

type BusOptions<B extends Book> = {
  readonly redisUrl: string;
  /** What all keys and channels begin with. */
  readonly prefix: string;
  readonly service: ServiceName;
  readonly log: Logger;
  readonly metrics: MetricsRegistry;
  /** Only tests of the bus itself bring their own. */
  readonly book?: B;
  /** Likewise: a machine that is busy with other tests is no outage. */
  readonly sendLimitMs?: number;
};

/** Opens the bus of a process. Connects in the background: neither opening nor starting waits for Redis. */
export function openBus<B extends Book = TheBook>(options: BusOptions<B>): Bus<B> {
  const { redisUrl, prefix, service, log, sendLimitMs = SEND_LIMIT_MS } = options;
  const book: Book = options.book ?? theBook;
  const metrics = busMetrics(options.metrics);
  const connection = (purpose: 'send' | 'work' | 'subscribe') =>
    connect(redisUrl, purpose, log, `${prefix}:${service}:${purpose}`, sendLimitMs);

  const line = new Line(connection('send'), log, metrics, sendLimitMs);
  const queues = new Queues(line.redis, prefix, (id, err) => log.debug({ command: id, err }, 'bus.queue-error'));
  const consumers: Consumer[] = [];
  const handled: AnyCommand[] = [];
  const hooks: (() => unknown)[] = [];
  let working: ReturnType<typeof connection> | undefined;
  let caretaker: NodeJS.Timeout | undefined;

  const runHooks = () => {
    for (const hook of hooks)
      Promise.resolve()
        .then(hook)
        .catch((err) => log.error({ err }, 'bus.reconnect-hook-failed'));
  };
  const subscriber = new Subscriber({ connect: () => connection('subscribe'), log, onSubscribed: runHooks });
  line.onHearing(runHooks);
  options.metrics.gauge({
    name: 'wbm_bus_hearing',
    help: '1 while Redis answers what this process sends, else 0.',
    collect: (gauge) => gauge.set(line.hears ? 1 : 0),
  });

  const publish = (id: string, channel: string, message: object) =>
    line.try(id, () => line.redis.publish(channel, JSON.stringify(message)));
  const poison = (id: string, paths: readonly string[]) => {
    metrics.poison.inc({ command: id });
    log.error({ command: id, paths }, 'bell.poison');
  };
  const states = () =>
    within(
      sendLimitMs,
      Promise.all(
        (handled.length > 0 ? handled : Object.values(book.commands)).map((command) =>
          queueState(queues, command, Date.now()),
        ),
      ),
    );

  return {
    send: (command, payload, sendOptions = {}) =>
      send(line, queues, known(book.commands, command.id), payload, sendOptions),
    ring: async (bell, payload) => publish(bell.id, names.bellChannel(prefix, bell.id), seal(bell.payload, payload)),
    tell: async (event, news) =>
      publish(event.id, names.newsChannel(prefix), { id: event.id, ...seal(event.news, news) }),

    handle(owner, handlers) {
      working ??= connection('work');
      for (const [id, handling] of Object.entries<Handling<never>>(handlers)) {
        const command = known(book.commands, id);
        if (command.owner !== owner) throw new Error(`${id} belongs to ${command.owner}, not to ${owner}`);
        handled.push(command);
        const { concurrency } = handling;
        const run = (job: Parameters<typeof runJob>[2]) => runJob(command, handling, job, { log, metrics });
        consumers.push(new Consumer({ redis: working, prefix, command, concurrency, log, run }));
      }
      queueGauges(options.metrics, states);
    },

    listen(owner, listeners) {
      for (const [id, listener] of Object.entries<(payload: never, context: { cid: string }) => unknown>(listeners)) {
        const bell = known(book.bells, id);
        if (bell.owner !== owner) throw new Error(`${id} belongs to ${bell.owner}, not to ${owner}`);
        subscriber.on(names.bellChannel(prefix, id), async (raw) => {
          const heard = open(bell.payload, fromJson(raw));
          if (!heard.ok) return poison(id, heard.paths);
          await withCorrelation(heard.cid, async () => listener(heard.payload as never, { cid: heard.cid }));
        });
      }
    },

    onNews(listener) {
      subscriber.on(names.newsChannel(prefix), async (raw) => {
        const message = fromJson(raw);
        const id = String((message as { id?: unknown } | null)?.id);
        const event = Object.hasOwn(book.events, id) ? book.events[id] : undefined;
        if (!event) return poison('(news)', ['id']);
        const heard = open(event.news, message);
        if (!heard.ok) return poison(id, heard.paths);
        await withCorrelation(heard.cid, async () => listener({ id, news: heard.payload, cid: heard.cid } as News<B>));
      });
    },

    onReconnect: (hook) => void hooks.push(hook),

    start() {
      for (const consumer of consumers) consumer.start();
      subscriber.start();
      caretaker = setInterval(() => {
        for (const command of handled) if (line.hears) queues.restoreSettings(command).catch(() => undefined);
      }, RESTORE_SETTINGS_EVERY_MS);
      caretaker.unref();
    },

    async drain() {
      await Promise.all([subscriber.drain(), ...consumers.map((consumer) => consumer.drain())]);
    },

    async close() {
      clearInterval(caretaker);
      await Promise.all([subscriber.drain(), ...consumers.map((consumer) => consumer.close())]);
      await queues.close();
      working?.disconnect();
      line.close();
    },

    hears: () => line.hears,
    queues: states,
    async failed(limit = 50) {
      const commands = handled.length > 0 ? handled : Object.values(book.commands);
      const lists = await within(
        sendLimitMs,
        Promise.all(commands.map((command) => failedJobs(queues, command, limit))),
      );
      return Object.fromEntries(commands.map((command, index) => [command.id, lists[index] ?? []]));
    },
  };
}

function known<T>(table: Readonly<Record<string, T>>, id: string): T {
  const contract = Object.hasOwn(table, id) ? table[id] : undefined;
  if (!contract) throw new Error(`${id} is not in the book`);
  return contract;
}

function fromJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}
