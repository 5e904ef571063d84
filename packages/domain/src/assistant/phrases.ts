import { fold } from '../conversation/fold.ts';
import type { LeadFieldName } from '../vocabulary.ts';
import type { TopicId } from './topics.ts';

/** Each thing the scripted assistant can say, in several wordings. {who} is ", Ana" or nothing, {business} the business's name. */
export const phrases = {
  welcome: [
    "Hi{who}! 👋 Welcome to {business}, I'm happy to help.",
    'Hello{who}! 👋 Thanks for writing to {business}.',
    'Hi{who}, good to hear from you! 👋 This is {business}.',
  ],
  hello: ['Hi{who}! 🙂', 'Hello{who}! 🙂', 'Hey{who}! 🙂'],
  again: ['Hello again{who}!', 'Hi{who}, good to hear from you again!', 'Hey{who}, welcome back!'],
  howAreYou: [
    "I'm doing well, thank you for asking!",
    'All good here, thanks!',
    "Very well, thanks! I hope you're well too.",
  ],
  welcomeName: ['Nice to meet you{who}!', 'A pleasure{who}!', 'Lovely to meet you{who}!'],
  noted: [
    "Thank you{who}, I've noted {what}.",
    "Perfect, I've got {what}. Thanks{who}!",
    'Great{who}, {what} is noted down.',
  ],
  youAreWelcome: ["You're welcome{who}!", 'My pleasure{who}!', 'Any time{who}!', 'Happy to help{who}!'],
  bye: ['Have a lovely day{who}! 👋', 'Bye{who}, talk soon! 👋', 'Take care{who}! 👋'],
  whoIAm: [
    "I'm the automatic assistant of {business}. I can take your details and pass you to a colleague whenever you like.",
    "You're chatting with the automatic assistant of {business}; a human colleague can step in whenever you like.",
    "I'm a bot, working for {business} 🙂 A colleague can take over at any time, just say so.",
  ],
  why: [
    "It's only so that a colleague can get back to you properly. If you'd rather not, that's fine too.",
    "Just so the right colleague can follow up with you. There's no need to share it if you'd rather not.",
  ],
  declined: ['No problem at all, we can do without it.', "That's perfectly fine.", 'Of course, no need to.'],
  person: [
    "Of course{who}. I've let a colleague know, and they'll write to you right here.",
    "Sure{who}, I'll get a colleague for you. They'll answer in this chat.",
    'Absolutely{who}. A colleague will take over here as soon as they can.',
  ],
  personAgain: [
    "My colleagues know you're waiting{who}. Somebody will write here as soon as they can.",
    "Your request is with my colleagues{who}; they'll answer right here.",
    'Thank you for your patience{who}. A colleague is on the way to this chat.',
  ],
  out: [
    "Understood{who}, I won't ask you anything more. If you ever need us, just write here.",
    "All right{who}, I'll be quiet. You can always write to us here.",
    "Okay{who}, no more questions from me. We're here if you need us.",
  ],
  upset: [
    "I'm sorry about that{who}. Would you like a colleague to take over?",
    "I'm really sorry this hasn't gone well{who}. I can bring in a colleague, just say so.",
  ],
  voice: [
    "I can't listen to voice notes yet, sorry! Could you type that for me?",
    'Sorry, I can only read text for now; a colleague can listen to your voice note later. Could you write it in a few words?',
  ],
  unreadable: [
    "Your last message didn't come through on my side. Could you send it again?",
    "I couldn't read that last message, sorry. Would you send it once more?",
  ],
  media: [
    "Thanks for sending that! I can't open it myself, but a colleague will look at it.",
    'Got it, thank you. A colleague will have a look at what you sent.',
  ],
  willing: ['Happy to help with that!', "Sure, we'll gladly help with that.", 'Of course, let me help you with that.'],
  gotIt: ['Thanks!', 'Thank you for your message.', 'Good to know, thanks.', 'Noted, thank you.'],
  emoji: ['🙂', '😊', '👍'],
  onTopic: [
    'I can only help with things about {business}, but with those gladly!',
    "That's nothing I can do. With anything about {business} I gladly help, though.",
  ],
  unsure: [
    "I'd rather not guess on that one; a colleague will know and get back to you.",
    "That's a good question for a colleague, who will gladly answer it here.",
    "I don't have that at hand, but a colleague will tell you.",
    "I'll leave that one to a colleague who knows for sure.",
  ],
  partly: [
    'A colleague can tell you more about the rest.',
    'For the details, a colleague will help you.',
    'A colleague knows the rest.',
  ],
  complete: [
    "Thank you{who}, that's everything I need! A colleague will be in touch with you shortly. 🙂",
    'Wonderful{who}, I have all I need. A colleague will be in touch very soon. 🙂',
    "That's all I need{who}, thank you! A colleague will be in touch with you soon. 🙂",
  ],
  anythingElse: [
    'Is there anything else I can help you with in the meantime?',
    'Anything else you would like to know?',
    "I'm here if anything else comes up.",
    'Just write whenever you need something.',
    'Let me know if there is more I can pass on to my colleagues.',
  ],
  howCanIHelp: [
    'How can I help you today?',
    'What can I do for you?',
    'Tell me what you need and I will pass it on to a colleague.',
    'What would you like to know?',
  ],
} as const satisfies Record<string, readonly string[]>;

/** What the assistant does not know, by topic. */
export const unknown: Record<TopicId, readonly string[]> = {
  price: [
    "I don't want to give you a wrong price; a colleague will send you the exact one.",
    'For prices a colleague will give you the right figure.',
    'A colleague will gladly work out the price with you.',
  ],
  hours: [
    "I don't have the exact opening hours at hand; a colleague will confirm them.",
    'A colleague will tell you the exact hours.',
  ],
  address: [
    'A colleague will send you the exact address.',
    "I don't have the address at hand, but a colleague will share it.",
  ],
  delivery: [
    'About delivery a colleague will give you the details.',
    "I'm not sure about delivery; a colleague will tell you.",
  ],
  payment: [
    'A colleague will tell you how you can pay.',
    "I'm not certain which ways of paying there are; a colleague will confirm.",
  ],
  booking: [
    'A colleague will check what is free and confirm with you.',
    'A colleague will look at the calendar and get back to you.',
  ],
  other: phrases.unsure,
};

/** Questions for one fact, the second wording softer: it is asked when the first was passed over. */
export const questions: Record<LeadFieldName, readonly string[]> = {
  name: [
    'May I ask your name?',
    "And what's your name, so that we know who we're talking to?",
    'What name may I note down?',
  ],
  phone: ["What's the best phone number to reach you?", 'Which phone number may a colleague call you on?'],
  email: ["What's your e-mail address?", 'Which e-mail address may we write to?'],
  location: ['Which city are you in?', 'And where are you based, roughly?', 'What city do you live in?'],
};
const phoneOrEmail = [
  "What's the best phone number or e-mail to reach you?",
  'And how can a colleague reach you: is there a phone number or an e-mail that suits you?',
  'Which phone number or e-mail may we use to get back to you?',
];
const spoken: Record<LeadFieldName, string> = {
  name: 'name',
  phone: 'phone number',
  email: 'e-mail',
  location: 'city',
};

/** How to ask for one of these facts. */
export function questionsFor(anyOf: readonly LeadFieldName[]): readonly string[] {
  const [only, ...others] = anyOf;
  if (only !== undefined && others.length === 0) return questions[only];
  if (anyOf.length === 2 && anyOf.includes('phone') && anyOf.includes('email')) return phoneOrEmail;
  const list = anyOf.map((name) => spoken[name]).join(' or ');
  return [`Could you tell me your ${list}?`, `And your ${list}, if you don't mind?`];
}

/** Picks wordings that were not said yet, and begins at another one for each chat. */
export class Wording {
  readonly #said: string;
  readonly #start: number;
  readonly #fill: Readonly<Record<'who' | 'business', string>>;

  constructor(said: readonly string[], start: number, fill: Readonly<Record<'who' | 'business', string>>) {
    this.#said = said.map(fold).join('\n');
    this.#start = start;
    this.#fill = fill;
  }

  /** One wording, filled in. `what` fills {what}. */
  of(wordings: readonly string[], what = ''): string {
    const from = wordings.map((_, i) => this.#filled(wordings[(this.#start + i) % wordings.length] ?? '', what));
    return this.#leastLately(from);
  }

  /** Without the customer's name from its second mention on. */
  callOnce(text: string): string {
    const { who } = this.#fill;
    const first = who === '' ? -1 : text.indexOf(who);
    return first < 0 ? text : text.slice(0, first + who.length) + text.slice(first + who.length).replaceAll(who, '');
  }

  /** The first wording, unless it was said. */
  first(wordings: readonly string[]): string {
    return this.#leastLately(wordings);
  }

  /** The first that was never said, or the one said longest ago: with two wordings nothing is said twice in a row. */
  #leastLately(wordings: readonly string[]): string {
    const at = wordings.map((text) => this.#said.lastIndexOf(fold(text)));
    return wordings[at.indexOf(Math.min(...at))] ?? '';
  }

  wasSaid(text: string): boolean {
    return this.#said.includes(fold(text));
  }

  #filled(wording: string, what: string): string {
    const fill: Record<string, string> = { ...this.#fill, what };
    return wording.replace(/\{(who|business|what)\}/g, (_, key: string) => fill[key] ?? '');
  }
}
