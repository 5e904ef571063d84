import { Sparkles } from 'lucide-react';
import { Trans } from 'react-i18next';
import { Notice } from '../parts/notice.tsx';
import { useSession } from './session.ts';

/** Says that no model answers, and what would change that. */
export function ScriptedNote({ className }: { readonly className?: string }) {
  if (useSession().assistant !== 'scripted') return null;
  return (
    <Notice icon={Sparkles} tone="info" {...(className ? { className } : {})}>
      <Trans i18nKey="assistant.scripted" components={{ code: <code className="font-mono text-xs" /> }} />
    </Notice>
  );
}
