import type { BotView } from '@wbm/contracts';
import { CircleCheck, Play, RotateCw } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { notify } from '../../parts/notify.ts';
import { Progress } from '../../parts/progress.tsx';
import { Steps } from '../../parts/steps.tsx';
import { stateWordsOf } from '../state-words.ts';
import { useTellBot } from '../tell-bot.ts';
import { CodeShown } from './code-shown.tsx';
import { linkStage } from './link-stage.ts';
import { Reason } from './reason.tsx';
import { WaysToLink } from './ways-to-link.tsx';

/** Links a bot to the phone of the business. It follows the bot from state to state and closes itself when that is ready. */
export function LinkDialog({ bot, onClose }: { readonly bot: BotView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const stage = linkStage(bot);
  const begun = useRef(stage);
  useEffect(() => {
    if (stage !== 'ready' || begun.current === 'ready') return;
    notify.success(t('link.done', { bot: bot.name, number: bot.ownNumber ?? '' }));
    onClose();
  }, [stage, bot.name, bot.ownNumber, onClose, t]);
  return (
    <Dialog onClose={onClose} title={t('link.title', { bot: bot.name })} description={t(`link.words.${stage}`)}>
      <div className="pt-3" aria-live="polite">
        <Stage bot={bot} />
      </div>
    </Dialog>
  );
}

function Stage({ bot }: { readonly bot: BotView }) {
  const { t } = useTranslation();
  const tell = useTellBot(bot.id);
  const stage = linkStage(bot);
  switch (stage) {
    case 'start':
      return (
        <Button look="primary" className="w-full" busy={tell.isPending} onClick={() => tell.mutate('start')}>
          <Play />
          {t('bot.start')}
        </Button>
      );
    case 'queue':
    case 'wait':
    case 'linked':
    case 'reading':
      return (
        <div className="flex flex-col gap-2 py-4">
          <Progress percent={stage === 'reading' ? bot.progress : null} label={t(`bot.state.${bot.state}`)} />
          <p className="text-muted text-sm">{t(`bot.stateWords.${stateWordsOf(bot)}`)}</p>
          <Reason bot={bot} />
        </div>
      );
    case 'choose':
      return <WaysToLink bot={bot} />;
    case 'code':
      return (
        <div className="flex flex-col gap-4">
          <Reason bot={bot} />
          <CodeShown bot={bot} />
        </div>
      );
    case 'passkey':
      return (
        <div className="flex flex-col gap-4">
          <Reason bot={bot} />
          <Steps steps={[t('link.passkey.one'), t('link.passkey.two'), t('link.passkey.three')]} />
          <Button className="self-start" busy={tell.isPending} onClick={() => tell.mutate('restart')}>
            <RotateCw />
            {t('link.passkey.restart')}
          </Button>
        </div>
      );
    case 'again':
      return (
        <div className="flex flex-col gap-3">
          <p className="text-sm">{t(`bot.stateWords.${stateWordsOf(bot)}`)}</p>
          <Reason bot={bot} />
          <Button look="primary" className="self-start" busy={tell.isPending} onClick={() => tell.mutate('restart')}>
            <RotateCw />
            {t(`bot.again.${bot.state === 'conflict' || bot.state === 'logged-out' ? bot.state : 'failed'}`)}
          </Button>
        </div>
      );
    case 'ready':
      return (
        <p className="flex items-center gap-2 py-4 text-good">
          <CircleCheck aria-hidden className="size-5" />
          {t('bot.stateWords.ready')}
        </p>
      );
  }
}
