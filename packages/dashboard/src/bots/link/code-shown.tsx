import type { BotView } from '@wbm/contracts';
import { Check, Copy, QrCode } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../parts/button.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Steps } from '../../parts/steps.tsx';
import { useTellBot } from '../tell-bot.ts';
import { groupedCode } from './link-stage.ts';

/** The code to type into the phone, large enough to be read from across the desk. */
export function CodeShown({ bot }: { readonly bot: BotView }) {
  const { t } = useTranslation();
  const tell = useTellBot(bot.id);
  const [copied, setCopied] = useState<string | null>(null);
  const code = bot.pairingCode === null ? null : groupedCode(bot.pairingCode);
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center justify-center gap-x-4 gap-y-2 rounded-xl bg-sunken p-4">
        {code === null ? (
          <Skeleton className="h-10 w-56" />
        ) : (
          <>
            <output
              aria-label={t('link.codeIs')}
              className="select-all font-mono font-semibold text-3xl tracking-[0.12em] sm:text-4xl"
            >
              {code}
            </output>
            <Button
              size="sm"
              onClick={() =>
                void navigator.clipboard.writeText(code.replace('-', '')).then(
                  () => setCopied(code),
                  () => undefined,
                )
              }
            >
              {copied === code ? <Check /> : <Copy />}
              {copied === code ? t('link.copied') : t('link.copy')}
            </Button>
          </>
        )}
      </div>
      <Steps
        steps={[
          t('link.step.open'),
          t('link.step.menu'),
          t('link.step.devices'),
          t('link.step.number'),
          t('link.step.type'),
        ]}
      />
      <Button
        look="quiet"
        size="sm"
        className="self-start"
        busy={tell.isPending}
        onClick={() => tell.mutate('restart')}
      >
        <QrCode />
        {t('link.scanInstead')}
      </Button>
    </div>
  );
}
