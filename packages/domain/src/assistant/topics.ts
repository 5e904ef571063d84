import { fold } from '../conversation/fold.ts';
import { businessFacts } from '../conversation/persona.ts';
import { isOrdinary } from './words.ts';

interface Topic {
  readonly id: TopicId;
  /** How customers ask for it. */
  readonly asked: RegExp;
  /** What a sentence that answers it looks like. */
  readonly told: RegExp;
}
export type TopicId = 'price' | 'hours' | 'address' | 'delivery' | 'payment' | 'booking' | 'other';

const topics: readonly Topic[] = [
  {
    id: 'hours',
    asked: /\b(?:open|opening|hours|closed?|closing|what time|when are you|horario\w*)\b/,
    told: /\b(?:open|opens|hours|closed?|closes|mon(?:day)?s?|weekdays|weekends?|saturdays?|sundays?|24\/7)\b|\b\d{1,2}(?::\d{2})?\s?(?:am|pm|h)\b|\b\d{1,2}:\d{2}\b/,
  },
  {
    id: 'price',
    asked:
      /\b(?:prices?|pricing|costs?|how much|fees?|rates?|quote|expensive|cheap|discounts?|precos?|precios?|quanto|cuanto|valor)\b/,
    told: /\b(?:prices?|costs?|fees?|charge|eur|usd|euros?|dollars?|reais|pounds?|free|per (?:hour|night|month|person|day|week))\b|[€$£¥]/,
  },
  {
    id: 'delivery',
    asked: /\b(?:deliver\w*|ship\w*|send it|pick ?up|entrega\w*|envio\w*)\b/,
    told: /\b(?:deliver\w*|ship\w*|pick ?up|courier)\b/,
  },
  {
    id: 'payment',
    asked: /\b(?:pay|payments?|cards?|cash|pix|paypal|instal?lments?|invoice|pagar)\b/,
    told: /\b(?:pay|payments?|cards?|cash|pix|paypal|instal?lments?|bank transfer|invoice)\b/,
  },
  {
    id: 'booking',
    asked: /\b(?:book\w*|appointments?|reserv\w*|schedule|availab\w*|slots?|agendar|cita)\b/,
    told: /\b(?:book\w*|appointments?|reserv\w*|walk-ins?|availab\w*)\b/,
  },
  {
    id: 'address',
    asked:
      /\b(?:where (?:are|is|do|can)|address|located|location|directions|how do i get|find you|parking|endereco|direccion)\b/,
    told: /\b(?:address|located|location|streets?|st\.|avenue|ave\.?|road|square|rua|calle|find us|downtown|parking|next to|near)\b/,
  },
];

export interface TopicAnswer {
  readonly topic: TopicId;
  /** Sentences of the business's own text, the best first; none when none answers. */
  readonly facts: readonly string[];
  /** Whether they are about the very thing asked for, not only about the topic. */
  readonly exact: boolean;
  /** The question has words of its own: "hello? anybody?" has none. */
  readonly substantial: boolean;
}

/** What the business's text says to a customer's question, `question` folded. */
export function answerFromPrompt(question: string, prompt: string): TopicAnswer {
  const topic = topics.find(({ asked }) => asked.test(question));
  const wanted = contentWords(question, topic?.asked);
  const rated = businessFacts(prompt)
    .map((fact) => ({ fact, folded: fold(fact) }))
    .filter(({ folded }) => topic === undefined || topic.told.test(folded))
    .map(({ fact, folded }) => ({ fact, hits: hitsIn(folded, wanted) }));
  const most = Math.max(0, ...rated.map(({ hits }) => hits));
  const known = most > 0 || topic !== undefined;
  return {
    topic: topic?.id ?? 'other',
    facts: known ? rated.filter(({ hits }) => hits === most).map(({ fact }) => fact) : [],
    exact: most > 0 || wanted.length === 0,
    substantial: topic !== undefined || wanted.length > 0,
  };
}

function hitsIn(folded: string, stems: readonly string[]): number {
  const words = ` ${folded.replace(/[^\p{L}\d]+/gu, ' ')}`;
  return stems.filter((stem) => words.includes(` ${stem}`)).length;
}

/** The stems of the words that say what the question is about, besides the words of its topic. Letters and digits only. */
function contentWords(question: string, topic: RegExp | undefined): string[] {
  const words = question.split(/[^\p{L}\d]+/u).filter((word) => word.length > 2 && word.length <= 30);
  const stems = words.filter(
    (word) =>
      !isOrdinary(word) &&
      !(topic?.test(word) ?? false) &&
      !/^(?:any|some|your|have|tell|there|much|time|kind)$/.test(word),
  );
  return [...new Set(stems)].slice(0, 20).map((word) => word.slice(0, Math.max(4, word.length - 2)));
}
