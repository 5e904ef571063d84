import type { QualificationRule } from '../bot/bot.ts';
import { fold } from '../conversation/fold.ts';
import type { LeadValues } from '../lead/lead.ts';
import type { LeadFieldName } from '../vocabulary.ts';
import type { Intents } from './intents.ts';
import { phrases, questionsFor, unknown, type Wording } from './phrases.ts';
import type { ReadChat } from './read-chat.ts';
import { answerFromPrompt } from './topics.ts';

export interface ReplyFacts {
  readonly chat: ReadChat;
  readonly intents: Intents;
  /** What is known, the newest included. */
  readonly current: LeadValues;
  /** The facts given since the business last spoke. */
  readonly fresh: ReadonlySet<LeadFieldName>;
  readonly prompt: string;
  readonly rule: QualificationRule;
  /** Whether the customer asked for a person before. */
  readonly alreadyWaiting: boolean;
  readonly wording: Wording;
}

/** A greeting after a longer pause is one of somebody who comes back. */
const longPauseHours = 6;
/** After this many times a question is dropped: somebody who does not answer does not want to. */
const mostAsked = 2;
/** Sentences of the business's own text in one reply, and their length together: more would read like a leaflet. */
const mostFacts = 3;
const longestFacts = 240;

/** One message that answers everything open and asks for at most one thing. */
export function composeReply(facts: ReplyFacts): string {
  const { wording } = facts;
  return wording.callOnce(joined(partsOf(facts))) || wording.of(phrases.anythingElse);
}

function partsOf(facts: ReplyFacts): string[] {
  const { intents, wording, alreadyWaiting, current } = facts;
  if (intents.wantsOut) return [wording.of(phrases.out)];
  const opening = greeting(facts);
  if (intents.wantsPerson) {
    const question = current.name === null && !alreadyWaiting ? nextQuestion(facts) : '';
    return [opening, noted(facts), wording.of(alreadyWaiting ? phrases.personAgain : phrases.person), question];
  }
  const done = completion(facts);
  const body = [done === '' ? noted(facts) : '', smallTalk(facts), answers(facts), media(facts)];
  if (intents.bye) return [opening, ...body, done, wording.of(phrases.bye)];
  if (done !== '') return [opening, ...body, done];
  const question = nextQuestion(facts);
  const silent = opening === '' && joined(body) === '';
  if (question !== '') return [opening, silent ? acknowledgement(facts) : '', ...body, question];
  return [opening, ...body, silent ? acknowledgement(facts) : '', silent || opening !== '' ? offer(facts) : ''];
}

function greeting({ chat, intents, fresh, wording }: ReplyFacts): string {
  if (chat.said.length === 0) return wording.of(phrases.welcome);
  const busy = fresh.size > 0 || intents.questions.length > 0 || intents.wishes.length > 0 || intents.wantsPerson;
  if (!intents.greets || busy) return '';
  return wording.of((chat.pauseHours ?? 0) > longPauseHours ? phrases.again : phrases.hello);
}

/** "e-mail" and "phone" are said back as words, never as values: a typing error repeated is embarrassing. */
function noted({ chat, fresh, current, wording }: ReplyFacts): string {
  const spoken = { phone: 'your number', email: 'your e-mail', location: 'your city' } as const;
  const list = (['phone', 'email', 'location'] as const).filter((name) => fresh.has(name)).map((name) => spoken[name]);
  const what = list.length > 1 ? `${list.slice(0, -1).join(', ')} and ${list.at(-1)}` : (list[0] ?? '');
  const met = fresh.has('name') && current.name !== null && chat.said.length > 0 ? wording.of(phrases.welcomeName) : '';
  if (what === '') return met;
  return met === '' ? wording.of(phrases.noted, what) : `${met} I've noted ${what}, thanks.`;
}

function smallTalk({ intents, wording }: ReplyFacts): string {
  return joined([
    intents.howAreYou ? wording.of(phrases.howAreYou) : '',
    intents.thanks && intents.questions.length === 0 ? wording.of(phrases.youAreWelcome) : '',
    intents.asksWhoYouAre ? wording.of(phrases.whoIAm) : '',
    intents.asksWhy ? wording.of(phrases.why) : '',
    intents.tampers ? wording.of(phrases.onTopic) : '',
    intents.upset ? wording.of(phrases.upset) : '',
  ]);
}

/** What the business's own text answers, then once that a colleague knows the rest. */
function answers({ intents, prompt, wording, alreadyWaiting }: ReplyFacts): string {
  const told: string[] = [];
  let rest = '';
  const tell = (facts: readonly string[], most: number) => {
    for (const fact of facts.slice(0, most)) {
      const fits = told.length < mostFacts && joined([...told, fact]).length <= longestFacts;
      if (fits && !told.includes(fact)) told.push(fact);
    }
  };
  for (const question of intents.questions) {
    const { topic, facts, exact, substantial } = answerFromPrompt(question, prompt);
    if (facts.length > 0) {
      tell(facts, exact ? 1 : 2);
      if (!exact || facts.some((fact) => wording.wasSaid(fact))) rest ||= wording.of(phrases.partly);
    } else if (substantial) {
      rest = wording.of(unknown[topic]);
    } else if (alreadyWaiting) {
      rest ||= wording.of(phrases.personAgain);
    }
  }
  for (const wish of intents.wishes) {
    const { facts, exact, substantial } = answerFromPrompt(wish, prompt);
    if (exact && substantial) tell(facts, 1);
  }
  const willing = intents.wishes.length > 0 && rest === '' ? wording.of(phrases.willing) : '';
  return joined([willing, ...told.map(sentence), rest]);
}

function media({ intents, wording }: ReplyFacts): string {
  return intents.media === null ? '' : wording.of(phrases[intents.media === 'other' ? 'media' : intents.media]);
}

/** Says once, when nothing is missing, that somebody will be in touch. */
function completion({ chat, wording, current, rule }: ReplyFacts): string {
  const said = chat.said.some((text) => fold(text).includes('in touch'));
  return said || missingOf(rule, current).length > 0 ? '' : wording.of(phrases.complete);
}

/** For a customer who left the word to us. */
function offer({ chat, intents, wording }: ReplyFacts): string {
  return wording.of(chat.said.length === 0 || intents.greets ? phrases.howCanIHelp : phrases.anythingElse);
}

/** The first thing that is missing, is not being withheld and was not asked too often; '' when there is none. */
function nextQuestion({ chat, intents, rule, current, wording }: ReplyFacts): string {
  if (chat.leftAlone || intents.asksWhy || intents.upset) return '';
  for (const anyOf of missingOf(rule, current)) {
    const times = Math.max(...anyOf.map((name) => chat.timesAsked.get(name) ?? 0));
    const declined = anyOf.some((name) => chat.declined.has(name));
    if (times >= mostAsked || declined) continue;
    return times === 0 ? wording.first(questionsFor(anyOf)) : wording.of(questionsFor(anyOf).slice(1));
  }
  return '';
}

function missingOf(rule: QualificationRule, current: LeadValues): QualificationRule {
  return rule.filter((anyOf) => anyOf.every((name) => (current[name] ?? '') === ''));
}

/** A word before a question or an offer that would otherwise come out of nothing. */
function acknowledgement({ chat, intents, wording }: ReplyFacts): string {
  if (intents.wordless) return wording.of(phrases.emoji);
  if (intents.declines && chat.asked.size > 0) return wording.of(phrases.declined);
  return chat.asked.size > 0 ? wording.of(phrases.gotIt) : '';
}

function sentence(fact: string): string {
  return /[.!?…)]$/.test(fact) ? fact : `${fact}.`;
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
