import { Sparkles } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../parts/notice.tsx';
import { useSession } from './session.ts';

/** Says that no model answers, and what would change that. */
export function ScriptedNote({ className }: { readonly className?: string }) {
  const { t } = useTranslation();
  if (useSession().assistant !== 'scripted') return null;
  return (
    <Notice icon={Sparkles} tone="info" {...(className ? { className } : {})}>
      {t('assistant.scripted', { variable: 'AI_API_KEY' })}
    </Notice>
  );
}
