import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type en from './en.json';

export const languages = ['en', 'es', 'pt-BR'] as const;
export type Language = (typeof languages)[number];

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    returnNull: false;
  }
}

const load: Record<Language, () => Promise<{ default: Record<string, unknown> }>> = {
  en: () => import('./en.json'),
  es: () => import('./es.json'),
  'pt-BR': () => import('./pt-BR.json'),
};

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
  const language = preferredLanguage(stored(), navigator.languages);
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: (await load[language]()).default } },
    fallbackLng: false,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', (await load[language]()).default);
  }
  try {
    localStorage.setItem('language', language);
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}
