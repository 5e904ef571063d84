import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type admin from './admin/en.json';
import type chat from './chat/en.json';
import type en from './en.json';

export const languages = ['en', 'es', 'pt-BR'] as const;
export type Language = (typeof languages)[number];

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en & typeof chat & typeof admin };
    returnNull: false;
  }
}

type Load = () => Promise<{ default: Record<string, unknown> }>;

const load: Record<Language, Load> = {
  en: () => import('./en.json'),
  es: () => import('./es.json'),
  'pt-BR': () => import('./pt-BR.json'),
};

/** Words that not every page needs at once: those of conversations, and those of an admin's pages and the sandbox. */
const later = {
  chat: {
    en: () => import('./chat/en.json'),
    es: () => import('./chat/es.json'),
    'pt-BR': () => import('./chat/pt-BR.json'),
  },
  admin: {
    en: () => import('./admin/en.json'),
    es: () => import('./admin/es.json'),
    'pt-BR': () => import('./admin/pt-BR.json'),
  },
} satisfies Record<string, Record<Language, Load>>;
type Part = keyof typeof later;
const needed = new Set<Part>();
let spoken: Language = 'en';

/** The language chosen here, else the first of the browser's that we speak, else English. */
export function preferredLanguage(chosen: string | null, browser: readonly string[]): Language {
  for (const wish of [chosen ?? '', ...browser]) {
    const exact = languages.find((l) => l.toLowerCase() === wish.toLowerCase());
    const close = languages.find((l) => l.slice(0, 2) === wish.slice(0, 2).toLowerCase());
    if (exact ?? close) return exact ?? close ?? 'en';
  }
  return 'en';
}

function stored(): string | null {
  try {
    return localStorage.getItem('language');
  } catch {
    return null;
  }
}

/** Loads one language, and only that; the three have the same keys, so nothing ever falls back. */
export async function startTranslations(): Promise<void> {
  spoken = preferredLanguage(stored(), navigator.languages);
  await i18next.use(initReactI18next).init({
    lng: spoken,
    resources: { [spoken]: { translation: (await load[spoken]()).default } },
    fallbackLng: false,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = spoken;
}

/** To be awaited before anything is drawn that uses words of the part; routes do it in their loader. */
export async function loadWords(part: Part): Promise<void> {
  needed.add(part);
  await addWords(spoken, later[part][spoken]);
}

async function addWords(language: Language, words: Load): Promise<void> {
  i18next.addResourceBundle(language, 'translation', (await words()).default, true);
}

export async function chooseLanguage(language: Language): Promise<void> {
  await Promise.all(
    [load[language], ...[...needed].map((part) => later[part][language])].map((words) => addWords(language, words)),
  );
  try {
    localStorage.setItem('language', language);
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
  spoken = language;
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}
