import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/problem.ts';

/** The problems we have our own sentence for; `problem.<code>` in the three languages. */
const known = [
  'unreachable',
  'unexpected-answer',
  'lead-taken',
  'not-yours',
  'claim-first',
  'stale',
  'not-found',
  'forbidden',
  'unauthenticated',
  'invalid',
  'rate-limited',
  'bot-archived',
  'bot-id-taken',
  'no-qr',
  'not-a-sandbox-bot',
  'unavailable',
  'customer-must-write-first',
  'media-unavailable',
  'unknown-media',
  'file-too-large',
  'too-many-unsent-files',
  'empty-file',
  'broken-upload',
  'no-caption',
  'not-linked',
  'tested-just-now',
  'not-waiting',
] as const;
type Known = (typeof known)[number];

const byStatus: Readonly<Record<number, Known>> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  409: 'stale',
  422: 'invalid',
  429: 'rate-limited',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/** Which of our sentences says best what happened; null when the status says nothing either. */
export function sentenceKey(problem: ApiProblem): Known | null {
  return known.find((code) => code === problem.code) ?? byStatus[problem.status] ?? null;
}

/** What happened and what to do, in the viewer's language. English viewers get the gateway's own words when it has some. */
export function useSentence(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    (error: unknown) => {
      if (!(error instanceof ApiProblem)) return t('problem.bug');
      const exact = known.find((code) => code === error.code);
      if (!exact && error.detail !== null && i18n.language === 'en') return error.detail;
      const key = sentenceKey(error);
      return key ? t(`problem.${key}`) : t('problem.bug');
    },
    [t, i18n],
  );
}
