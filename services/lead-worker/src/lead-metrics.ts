import type { Lead } from '@wbm/domain';
import type { MetricsRegistry } from '@wbm/runtime';

/** Minutes to weeks: people answer when they have time. */
const QUALIFYING_BUCKETS = [10, 30, 60, 300, 900, 3_600, 4 * 3_600, 24 * 3_600, 7 * 24 * 3_600];

export interface LeadMetrics {
  /** Messages of `sender` were filed under a lead. */
  filed(botId: string, sender: 'customer' | 'phone', count: number): void;
  /** Messages were edited, taken back or reacted to. */
  changed(botId: string, change: 'edit' | 'revoke' | 'reaction', count: number): void;
  captured(botId: string): void;
  /** `lead` as it was before; null when it was captured by the same messages that qualified it. */
  qualified(botId: string, lead: Pick<Lead, 'capturedAt'> | null, now: Date): void;
  /** A raw row or an answer that can never be filed. */
  refused(what: 'message' | 'turn', count: number): void;
  /** Facts the assistant claimed and the evidence did not bear out. */
  dropped(botId: string, count: number): void;
}

export function leadMetrics(metrics: MetricsRegistry): LeadMetrics {
  const messages = metrics.counter({
    name: 'wbm_messages_received_total',
    help: 'Messages filed, by bot and by who wrote them: the customer, or the business on its own phone.',
    labels: ['bot', 'sender'],
  });
  const changes = metrics.counter({
    name: 'wbm_message_changes_total',
    help: 'Messages that were edited, taken back or reacted to, by bot and by what was done.',
    labels: ['bot', 'change'],
  });
  const captured = metrics.counter({ name: 'wbm_leads_captured_total', help: 'Leads that began.', labels: ['bot'] });
  const qualified = metrics.counter({
    name: 'wbm_leads_qualified_total',
    help: 'Leads that met their bot’s rule for the first time.',
    labels: ['bot'],
  });
  const seconds = metrics.histogram({
    name: 'wbm_capture_to_qualified_seconds',
    help: 'From a lead’s first message to meeting its bot’s rule.',
    labels: ['bot'],
    buckets: QUALIFYING_BUCKETS,
  });
  const refused = metrics.counter({
    name: 'wbm_refused_rows_total',
    help: 'Raw messages and answers that can never be filed; kept, marked, never tried again.',
    labels: ['what'],
  });
  const dropped = metrics.counter({
    name: 'wbm_claims_dropped_total',
    help: 'Facts the assistant claimed without evidence.',
    labels: ['bot'],
  });

  return {
    filed: (bot, sender, count) => messages.inc({ bot, sender }, count),
    changed: (bot, change, count) => changes.inc({ bot, change }, count),
    captured: (bot) => captured.inc({ bot }),
    qualified(bot, lead, now) {
      qualified.inc({ bot });
      seconds.observe({ bot }, lead ? Math.max(0, (now.getTime() - lead.capturedAt.getTime()) / 1_000) : 0);
    },
    refused: (what, count) => refused.inc({ what }, count),
    dropped: (bot, count) => dropped.inc({ bot }, count),
  };
}
