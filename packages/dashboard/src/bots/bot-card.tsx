import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Play, RotateCw, SlidersHorizontal, Smartphone, Square } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AnyBot, type BotVerb, tellBot } from '../api/bots.ts';
import { keys } from '../api/keys.ts';
import { useSentence } from '../i18n/sentence.ts';
import { Avatar } from '../parts/avatar.tsx';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { IconButton } from '../parts/icon-button.tsx';
import { notify } from '../parts/notify.ts';
import { BotStateChip } from './bot-words.tsx';
import { FeaturesDialog } from './features-dialog.tsx';

/** One bot: what it is doing, in words, and what can be done about it. */
export function BotCard({ bot }: { readonly bot: AnyBot }) {
  const { t } = useTranslation();
  const [showsFeatures, setShowsFeatures] = useState(false);
  const tell = useTellBot(bot.id);
  const scans = bot.state === 'needs-scan' && bot.status === 'enabled';
  return (
    <Card className="flex flex-col p-4" aria-label={bot.name}>
      <div className="flex items-start gap-3">
        <Avatar name={bot.name} className="rounded-xl" />
        <div className="min-w-0 flex-1">
          <h3 className="truncate font-semibold">{bot.name}</h3>
          <p className="truncate text-muted text-xs">
            {[t(`bot.engine.${bot.engine}`), bot.ownNumber ?? t('bot.noNumber')].join(' · ')}
          </p>
        </div>
      </div>
      <div className="mt-3">
        <BotStateChip state={bot.state} />
      </div>
      <p className="mt-1.5 text-muted text-sm">{t(`bot.stateWords.${bot.state}`)}</p>
      {bot.stateReason === null ? null : <p className="mt-0.5 text-muted text-xs">{bot.stateReason}</p>}
      <div className="mt-auto pt-4">
        <div className="flex items-center gap-1 border-line border-t pt-3">
          {bot.engine === 'sandbox' ? (
            <Button asChild size="sm" look={scans ? 'primary' : 'secondary'}>
              <Link to="/sandbox" search={{ bot: bot.id }}>
                <Smartphone />
                {scans ? t('bot.scan') : t('bot.openPhone')}
              </Link>
            </Button>
          ) : null}
          <span className="ms-auto flex">
            {bot.status === 'disabled' ? (
              <IconButton label={t('bot.start')} busy={tell.isPending} onClick={() => tell.mutate('start')}>
                <Play />
              </IconButton>
            ) : (
              <>
                <IconButton label={t('bot.restart')} busy={tell.isPending} onClick={() => tell.mutate('restart')}>
                  <RotateCw />
                </IconButton>
                <IconButton label={t('bot.stop')} busy={tell.isPending} onClick={() => tell.mutate('stop')}>
                  <Square />
                </IconButton>
              </>
            )}
            <IconButton label={t('features.open')} onClick={() => setShowsFeatures(true)}>
              <SlidersHorizontal />
            </IconButton>
          </span>
        </div>
      </div>
      {showsFeatures ? <FeaturesDialog bot={bot} onClose={() => setShowsFeatures(false)} /> : null}
    </Card>
  );
}

export function useTellBot(botId: string) {
  const client = useQueryClient();
  const sentence = useSentence();
  return useMutation({
    mutationFn: (verb: BotVerb) => tellBot(botId, verb),
    onError: (problem) => notify.error(sentence(problem)),
    onSettled: () => client.invalidateQueries({ queryKey: keys.bots }),
  });
}
