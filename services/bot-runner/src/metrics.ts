import type { BotState } from '@wbm/domain';
import type { MetricsRegistry } from '@wbm/runtime';

/** What a runner counts. Labels carry bot ids and fixed words only. */
export interface RunnerMetrics {
  /** What each bot of this runner is doing; null when it is no longer here. */
  botState(botId: string, state: BotState | null): void;
  message(botId: string, direction: 'in' | 'out'): void;
  sendSeconds(seconds: number): void;
  sendsHeld(count: number): void;
  sendRefused(why: string): void;
  inboundLost(reason: 'full' | 'malformed' | 'refused'): void;
  engineEnded(botId: string): void;
  /** Bytes of the bot's whole process tree; null when there is none. */
  botMemory(botId: string, bytes: number | null): void;
  /** Bots whose engine was ended in order and started again, and why. */
  engineRenewed(why: 'memory' | 'age' | 'copy'): void;
}

type Gauges = {
  readonly runs: () => number;
  readonly buffered: () => number;
  /** How many more bots the memory carries. */
  readonly room: () => number;
};

export function runnerMetrics(registry: MetricsRegistry, gauges: Gauges): RunnerMetrics {
  const readySince = new Map<string, number>();
  const known = new Map<string, BotState>();
  const states = registry.gauge({
    name: 'wbm_bot_state',
    help: 'The state a bot is in: 1 for that one.',
    labels: ['bot', 'state'],
  });
  registry.gauge({
    name: 'wbm_bot_uptime_seconds',
    help: 'How long a bot has been ready without a break; 0 while it is not.',
    labels: ['bot'],
    collect: (gauge) => {
      gauge.reset();
      for (const bot of known.keys()) {
        const since = readySince.get(bot);
        gauge.set({ bot }, since === undefined ? 0 : (performance.now() - since) / 1_000);
      }
    },
  });
  registry.gauge({
    name: 'wbm_runner_bots',
    help: 'Bots this runner holds.',
    collect: (gauge) => gauge.set(gauges.runs()),
  });
  registry.gauge({
    name: 'wbm_inbound_buffer_messages',
    help: 'Messages received from WhatsApp that Postgres does not have yet.',
    collect: (gauge) => gauge.set(gauges.buffered()),
  });
  registry.gauge({
    name: 'wbm_runner_room_bots',
    help: 'How many more bots the memory of this runner carries.',
    collect: (gauge) => gauge.set(gauges.room()),
  });
  const memory = registry.gauge({
    name: 'wbm_bot_memory_bytes',
    help: 'Memory of a bot: its child process and all of its browser, shared parts counted in parts (PSS).',
    labels: ['bot'],
  });
  const renewals = registry.counter({
    name: 'wbm_engine_renewals_total',
    help: 'Engines ended in order and started again: they took too much memory, ran for long, or had no copy of their session.',
    labels: ['why'],
  });
  const messages = registry.counter({
    name: 'wbm_bot_messages_total',
    help: 'WhatsApp messages received (in) and sent (out).',
    labels: ['bot', 'direction'],
  });
  const lost = registry.counter({
    name: 'wbm_inbound_lost_total',
    help: 'Received messages that could not be kept: the buffer was full, or they could not be read or stored.',
    labels: ['reason'],
  });
  const seconds = registry.histogram({ name: 'wbm_send_seconds', help: 'From the claim of a message to its end.' });
  const held = registry.counter({
    name: 'wbm_sends_held_total',
    help: 'Messages that had to wait because the sending budget of their number was used up.',
  });
  const refused = registry.counter({
    name: 'wbm_sends_refused_total',
    help: 'Messages refused for good; not-on-whatsapp and write-first are the person’s doing.',
    labels: ['why'],
  });
  const ends = registry.counter({
    name: 'wbm_engine_ends_total',
    help: 'Engines that ended although nobody stopped them.',
    labels: ['bot'],
  });

  return {
    botState(bot, state) {
      const was = known.get(bot);
      if (was === state) return;
      if (was !== undefined) states.remove({ bot, state: was });
      readySince.delete(bot);
      if (state === null) {
        known.delete(bot);
        return;
      }
      known.set(bot, state);
      states.set({ bot, state }, 1);
      if (state === 'ready') readySince.set(bot, performance.now());
    },
    message: (bot, direction) => messages.inc({ bot, direction }),
    sendSeconds: (value) => seconds.observe(value),
    sendsHeld: (count) => held.inc(count),
    sendRefused: (why) => refused.inc({ why }),
    inboundLost: (reason) => lost.inc({ reason }),
    engineEnded: (bot) => ends.inc({ bot }),
    botMemory: (bot, bytes) => (bytes === null ? memory.remove({ bot }) : memory.set({ bot }, bytes)),
    engineRenewed: (why) => renewals.inc({ why }),
  };
}
