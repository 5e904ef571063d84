import { Link } from '@tanstack/react-router';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { IconButton } from '../parts/icon-button.tsx';

const linksCommand = 'npm run links';

/** Where people without a session arrive: how to get a link that signs in. */
export function LoginPage() {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(linksCommand);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  }
  return (
    <main className="grid min-h-full place-items-center p-4">
      <Card className="w-full max-w-md p-6 sm:p-8">
        <img src="/icon.svg" alt="" className="size-10" />
        <h1 className="mt-5 font-semibold text-xl tracking-tight">{t('login.title')}</h1>
        <p className="mt-1.5 text-muted">{t('login.words')}</p>
        <ol className="mt-5 flex list-none flex-col gap-4">
          <Step n={1} words={t('login.step1')}>
            <div className="mt-2 flex items-center justify-between rounded-lg bg-sunken ps-3 pe-1 font-mono text-sm">
              <code>{linksCommand}</code>
              <IconButton label={copied ? t('common.copied') : t('common.copy')} onClick={() => void copy()}>
                {copied ? <Check /> : <Copy />}
              </IconButton>
            </div>
          </Step>
          <Step n={2} words={t('login.step2')} />
        </ol>
        <p className="mt-5 text-muted text-sm">{t('login.once')}</p>
        <Button asChild className="mt-5 w-full">
          <Link to="/">{t('login.signedIn')}</Link>
        </Button>
      </Card>
    </main>
  );
}

function Step({
  n,
  words,
  children,
}: {
  readonly n: number;
  readonly words: string;
  readonly children?: React.ReactNode;
}) {
  return (
    <li className="flex gap-3">
      <span
        aria-hidden
        className="grid size-6 shrink-0 place-items-center rounded-full bg-accent-soft font-semibold text-accent-ink text-xs"
      >
        {n}
      </span>
      <div className="min-w-0 flex-1">
        <p>{words}</p>
        {children}
      </div>
    </li>
  );
}
