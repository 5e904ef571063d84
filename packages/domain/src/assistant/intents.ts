import { fold } from '../conversation/fold.ts';
import type { Message } from '../conversation/message.ts';

/** What a customer may want with a burst of messages, as far as the scripted assistant understands. */
export interface Intents {
  readonly greets: boolean;
  readonly howAreYou: boolean;
  readonly thanks: boolean;
  readonly bye: boolean;
  readonly wantsPerson: boolean;
  readonly wantsOut: boolean;
  readonly asksWhoYouAre: boolean;
  readonly asksWhy: boolean;
  readonly declines: boolean;
  readonly upset: boolean;
  /** Tries to make the assistant give away or forget its instructions. */
  readonly tampers: boolean;
  /** No letter or digit in all of it: stickers and emojis. */
  readonly wordless: boolean;
  /** Pictures, voice notes and the like, without words. */
  readonly media: 'voice' | 'unreadable' | 'other' | null;
  /** The sentences that ask something, folded, besides those above. */
  readonly questions: readonly string[];
  /** The sentences that say what the customer wants, folded. */
  readonly wishes: readonly string[];
}

const wordings = {
  greets:
    /^(?:hi|hey|hello|hallo|hola|oi|ola|yo|hiya|heya|good (?:morning|afternoon|evening|day)|bom dia|boa (?:tarde|noite)|buen[oa]s(?: dias| tardes| noches)?|greetings)\b/m,
  howAreYou:
    /\bhow(?:'s it going| are (?:you|things)| do you do| is it going)\b|\btudo bem\b|\bque tal\b|\bwhat's up\b/,
  thanks: /\b(?:thanks|thank you|thx|ty|cheers|obrigad[oa]|gracias|much appreciated)\b/,
  bye: /\b(?:bye|goodbye|see you|see ya|good night|talk (?:to you )?later|have a (?:nice|good|great) (?:day|evening|one|weekend)|tchau|adios|ciao)\b/,
  wantsPerson:
    /\b(?:talk|speak|chat|connect me|put me through|transfer me|get me|give me|want|need|prefer|like)\b.{0,25}\b(?:humans?|persons?|people|agents?|someone|somebody|operator|manager|representatives?|colleagues?|your team|sales ?(?:person|man|woman|rep|team)|staff|owner|boss)\b|\b(?:real|actual|live) (?:human|person|agent)\b(?!.{0,20}\?)|^(?:a )?(?:human|agent|person|operator|representative)(?: please)?[.!]*$|\b(?:please|can (?:you|someone|somebody)|could (?:you|someone|somebody)) call me\b(?! [a-z]+$)|\b(?:call|ring) me (?:back|later|please|today|tomorrow)\b|\bfalar com (?:um|uma|algu?em|o|a)\b|\batendente\b|\bhablar con (?:una?|alguien)\b/m,
  wantsOut:
    /^(?:stop|unsubscribe|leave me alone|remove me|stop (?:writing|messaging|texting)(?: me)?|opt out|sair|parar|baja)[.! ]*$|\b(?:stop (?:writing|messaging|texting|contacting) me|unsubscribe|leave me alone|don't (?:write|message|text|contact) me)\b/m,
  asksWhoYouAre:
    /\b(?:are you|is this|am i (?:talking|speaking|chatting) (?:to|with)) (?:an? |just an? |the )?(?:real |actual |automatic |automated )?(?:ai|a\.i\.|bot|chatbot|robot|machine|human|person|computer|chatgpt|real)\b|\bwho (?:are you|is this|am i (?:talking|speaking))\b|\bwhat are you\b|\byour name\b.*\?/m,
  asksWhy:
    /^(?:but )?why(?: (?:do|would|are|should) (?:you|i)\b.{0,60})?\?*$|\bwhy do you (?:need|want|ask)\b|\bwhat do you need (?:it|that|this|my)\b/m,
  declines:
    /^(?:no|nope|nah|no thanks|no thank you|skip|pass|rather not|not now|later|maybe later|nao|non)[.! ]*$|\b(?:rather not|prefer not|don't want to (?:say|give|share|tell)|won't (?:say|give|share|tell)|not (?:going to|gonna) (?:say|give|share|tell)|none of your business|do i have to|no email|don't have (?:an? )?(?:e-?mail|phone))\b/m,
  upset:
    /\b(?:useless|stupid|idiot|terrible|awful|horrible|worst|ridiculous|scam|fuck\w*|shit\w*|angry|annoying|disappointed|complain\w*|complaint)\b/,
  needs:
    /\b(?:i (?:need|want|would like)|i'd like|i'm (?:looking|interested)|looking for|interested in|do you (?:have|sell|do|offer)|can you help|help me|quero|quisiera|necesito|preciso)\b/,
  tampers:
    /\b(?:ignore|forget|disregard|override|bypass)\b.{0,40}\b(?:instructions?|prompts?|rules?|everything)\b|\b(?:system prompt|your (?:prompt|instructions|rules)|developer mode|jailbreak)\b/,
} as const;

const question =
  /\?$|^(?:(?:and|so|but|also|ok|okay|hi|hello|hey|please|then)[, ]+){0,3}(?:what|when|where|how|which|do you|does|can i|could i|may i|is there|are there|is it|are you|have you|will you|would you)\b|\b(?:how much|how many|what time|do you (?:have|do|offer|sell|deliver|accept|take|make|ship))\b/;

/** Reads a burst of messages as one. Long messages are read only at their beginning. */
export function intentsOf(burst: readonly Message[]): Intents {
  const worded = burst.filter(({ text }) => text.trim() !== '');
  const lines = worded
    .flatMap(({ text }) => text.slice(0, 1_500).split(/\n+/))
    .map(fold)
    .filter((line) => line !== '');
  const said = lines.join('\n');
  const is = (name: keyof typeof wordings) => wordings[name].test(said);
  const small = [wordings.howAreYou, wordings.asksWhoYouAre, wordings.asksWhy, wordings.wantsPerson, wordings.tampers];
  const sentences = [...new Set(lines.flatMap((line) => line.split(/(?<=[.!?;])\s+/)))].filter(
    (sentence) => !small.some((other) => other.test(sentence)),
  );
  const asks = (sentence: string) => question.test(sentence) && sentence.length > 3;
  return {
    greets: is('greets'),
    howAreYou: is('howAreYou'),
    thanks: is('thanks'),
    bye: is('bye'),
    wantsPerson: is('wantsPerson') && !is('asksWhoYouAre'),
    wantsOut: is('wantsOut'),
    asksWhoYouAre: is('asksWhoYouAre'),
    asksWhy: is('asksWhy'),
    declines: is('declines'),
    upset: is('upset'),
    tampers: is('tampers'),
    wordless: !/[\p{L}\d]/u.test(said),
    media: mediaOf(
      burst.filter(({ type, text, revokedAt }) => type !== 'text' && text.trim() === '' && revokedAt === null),
    ),
    questions: sentences.filter(asks).slice(0, 10),
    wishes: sentences.filter((sentence) => wordings.needs.test(sentence) && !asks(sentence)).slice(0, 10),
  };
}

function mediaOf(wordless: readonly Message[]): Intents['media'] {
  const last = wordless.at(-1)?.type;
  if (last === undefined || last === 'sticker') return null;
  if (last === 'voice' || last === 'audio') return 'voice';
  return last === 'undecrypted' ? 'unreadable' : 'other';
}

/** Whether a message refuses what was just asked for. */
export function declinesIn(text: string): boolean {
  return wordings.declines.test(fold(text.slice(0, 1_500)));
}

/** Whether a message asks to be left alone. */
export function wantsOutIn(text: string): boolean {
  return wordings.wantsOut.test(fold(text.slice(0, 1_500)));
}
