import { Link } from '@tanstack/react-router';
import { Play, QrCode, RotateCw, SlidersHorizontal, Smartphone, Square } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AnyBot, isWhole } from '../api/bots.ts';
import { Avatar } from '../parts/avatar.tsx';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { IconButton } from '../parts/icon-button.tsx';
import { Progress } from '../parts/progress.tsx';
import { BotLinking } from './bot-linking.tsx';
import { BotMenu } from './bot-menu.tsx';
import { BotNews } from './bot-news.tsx';
import { BotStateChip } from './bot-words.tsx';
import { waitsForPhone } from './link/link-stage.ts';
import { SettingsDialog } from './settings/settings-dialog.tsx';
import { stateWordsOf } from './state-words.ts';
import { SwitchedOff } from './switched-off.tsx';
import { useTellBot } from './tell-bot.ts';

/** One bot: what it is doing, in words, and what can be done about it. */
export function BotCard({ bot, onLink }: { readonly bot: AnyBot; readonly onLink: () => void }) {
  const { t } = useTranslation();
  const [showsSettings, setShowsSettings] = useState(false);
  const tell = useTellBot(bot.id);
  const linking = bot.engine === 'whatsapp-web.js' && waitsForPhone(bot) && isWhole(bot) ? bot : null;
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
      <div className="mt-3 flex gap-3">
        <div className="min-w-0 flex-1">
          <BotStateChip state={bot.state} />
          <p className="mt-1.5 text-muted text-sm">{t(`bot.stateWords.${stateWordsOf(bot)}`)}</p>
          {bot.stateReason === null ? null : <p className="mt-0.5 text-muted text-xs">{bot.stateReason}</p>}
        </div>
        {linking ? <BotLinking bot={linking} onOpen={onLink} /> : null}
      </div>
      {isWhole(bot) && bot.state === 'syncing-history' ? (
        <div className="mt-3 flex items-center gap-3">
          <Progress percent={bot.progress} label={t('bot.state.syncing-history')} />
          {bot.progress === null ? null : <span className="text-muted text-xs tabular-nums">{bot.progress} %</span>}
        </div>
      ) : null}
      <SwitchedOff bot={bot} className="mt-3" />
      {isWhole(bot) ? <BotNews bot={bot} /> : null}
      <div className="mt-auto pt-4">
        <div className="flex items-center gap-1 border-line border-t pt-3">
          <FirstAct bot={bot} onLink={onLink} />
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
            <IconButton label={t('settings.open')} onClick={() => setShowsSettings(true)}>
              <SlidersHorizontal />
            </IconButton>
            {isWhole(bot) ? <BotMenu bot={bot} /> : null}
          </span>
        </div>
      </div>
      {showsSettings ? <SettingsDialog bot={bot} onClose={() => setShowsSettings(false)} /> : null}
    </Card>
  );
}

/** The one thing that the state asks for. */
function FirstAct({ bot, onLink }: { readonly bot: AnyBot; readonly onLink: () => void }) {
  const { t } = useTranslation();
  const tell = useTellBot(bot.id);
  const again = bot.state === 'conflict' || bot.state === 'logged-out' || bot.state === 'failed' ? bot.state : null;
  if (again && bot.status === 'enabled') {
    return (
      <Button
        size="sm"
        look="primary"
        busy={tell.isPending}
        onClick={() => {
          tell.mutate('restart');
          if (again === 'logged-out' && bot.engine === 'whatsapp-web.js') onLink();
        }}
      >
        <RotateCw />
        {t(`bot.again.${again}`)}
      </Button>
    );
  }
  if (bot.engine === 'sandbox') {
    const scans = waitsForPhone(bot);
    return (
      <Button asChild size="sm" look={scans ? 'primary' : 'secondary'}>
        <Link to="/sandbox" search={{ bot: bot.id }}>
          <Smartphone />
          {scans ? t('bot.scan') : t('bot.openPhone')}
        </Link>
      </Button>
    );
  }
  if (!waitsForPhone(bot)) return null;
  return (
    <Button size="sm" look="primary" onClick={onLink}>
      <QrCode />
      {t('link.open')}
    </Button>
  );
}
