/**
 * A bot's prompt as two kinds of sentences: what the business tells about itself, which may be said to a customer, and
 * what it tells the bot to do, which may not.
 */

/** Longer sentences are left alone: nobody sends them on WhatsApp, and the guard takes long quotations for a leak. */
const longestFact = 180;
/** Shorter ones ("Be polite.") say nothing that a reply could not say by itself. */
const shortestInstruction = 30;
const longestPrompt = 20_000;

const toTheBot = /\byou(?:r|rs|'re|'ll)?\b/i;
const toTheCustomer = /^you can (?:also )?(?:pay|find|book|park|order|reach|visit|call|return|pick)\b/i;
const command =
  /^(?:please|be|always|never|do not|don't|ask|answer|reply|respond|greet|collect|tell|say|speak|talk|write|use|keep|avoid|help|offer|act|pretend|remember|if|when|whenever|once|before|try|make|find out|qualify|mention|only|stay|end|start|introduce|politely|suggest|recommend|push|sell|upsell|assume|give|provide|explain|invite|refer|forward|hand|escalate|route|confirm|promise|focus|limit|follow|sound)\b/i;
const internal =
  /\b(?:customers?|clients?|leads?|prospects?|prompts?|assistants?|chatbots?|bots?|persona|tone|vendors?|sales (?:team|people|person)|internal|secrets?|confidential|passwords?|margins?|cost price|instructions?|never|must|messages?|conversations?|emojis?)\b/i;

/** The sentences of a prompt that state something about the business, as they stand there, without list marks. */
export function businessFacts(prompt: string): string[] {
  return sentencesOf(prompt).filter(
    (sentence) => sentence.length <= longestFact && /\p{L}{3}/u.test(sentence) && !isInstruction(sentence),
  );
}

/** The sentences of a prompt that must not be said to a customer word by word. */
export function instructionsIn(prompt: string): string[] {
  return sentencesOf(prompt).filter((sentence) => sentence.length >= shortestInstruction && isInstruction(sentence));
}

const calledByName =
  /^ (?:of|for|at) (?:the )?(\p{Lu}[\p{L}\d&'’-]{0,24}(?: (?:\p{Lu}[\p{L}\d'’-]{0,24}|&|of|de|do|da|and(?= \p{Lu}))){0,4})/u;
const calledByKind =
  /^ (?:of|for|at) (?:an?|our) ([a-z][a-z'’-]{1,24}(?: [a-z][a-z'’-]{1,24}){0,2})(?=[.,;!]| (?:in|at|that|which|who|from|with|and)\b)/u;

/** The business as the prompt calls it: a name ("… assistant of Sunny Dental"), or "our small shop", null when neither. */
export function businessNameIn(prompt: string): string | null {
  const role = /\b(?:assistant|receptionist|bot|chatbot|agent|host|concierge|voice|secretary)\b/i.exec(
    prompt.slice(0, 400),
  );
  if (role === null) return null;
  const after = prompt.slice(role.index + role[0].length, role.index + role[0].length + 120);
  const name = calledByName.exec(after)?.[1]?.replace(/ (?:of|de|do|da|&)$/u, '');
  const kind = calledByKind.exec(after)?.[1];
  return name ?? (kind === undefined ? null : `our ${kind}`);
}

function sentencesOf(prompt: string): string[] {
  return prompt
    .slice(0, longestPrompt)
    .split(/\r?\n|(?<=[.!?…])(?<!\b(?:Dra?|Mrs?|Ms|Sra?|St|Av|No)\.)\s+(?=[\p{Lu}\d"“])/u)
    .map((sentence) =>
      sentence
        .replace(/^[\s#>*•–-]+/u, '')
        .replace(/[*_`]{1,3}/g, '')
        .trim(),
    )
    .filter((sentence) => sentence !== '' && !sentence.endsWith(':'));
}

function isInstruction(sentence: string): boolean {
  if (toTheCustomer.test(sentence)) return false;
  return toTheBot.test(sentence) || command.test(sentence) || internal.test(sentence);
}
