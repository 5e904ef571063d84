import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { BotView } from '@wbm/contracts';
import { EllipsisVertical, FlaskConical, LogOut, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { removeBot } from '../api/bots.ts';
import { keys } from '../api/keys.ts';
import { useSentence } from '../i18n/sentence.ts';
import { Confirm } from '../parts/confirm.tsx';
import { IconButton } from '../parts/icon-button.tsx';
import { Menu, MenuItem, MenuLine } from '../parts/menu.tsx';
import { notify } from '../parts/notify.ts';
import { useTellBot } from './tell-bot.ts';

const linked = new Set<BotView['state']>(['authenticated', 'syncing-history', 'ready', 'reconnecting']);

/** What is done to a bot now and then. What ends something asks first. */
export function BotMenu({ bot }: { readonly bot: BotView }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const sentence = useSentence();
  const tell = useTellBot(bot.id);
  const [asks, setAsks] = useState<'logout' | 'remove' | null>(null);
  const beginTest = useSelfTest(bot);
  const remove = useMutation({
    mutationFn: () => removeBot(bot.id),
    onSuccess: () => notify.success(t('removeBot.done', { bot: bot.name })),
    onError: (problem) => notify.error(sentence(problem)),
    onSettled: () => client.invalidateQueries({ queryKey: keys.bots }),
  });
  const close = () => setAsks(null);
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('bot.more')}>
            <EllipsisVertical />
          </IconButton>
        }
      >
        {bot.state === 'ready' ? (
          <MenuItem onSelect={beginTest}>
            <FlaskConical />
            {t('selfTest.begin')}
          </MenuItem>
        ) : null}
        {linked.has(bot.state) ? (
          <MenuItem onSelect={() => setAsks('logout')}>
            <LogOut />
            {t('logOutBot.act')}
          </MenuItem>
        ) : null}
        {linked.has(bot.state) ? <MenuLine /> : null}
        <MenuItem danger onSelect={() => setAsks('remove')}>
          <Trash2 />
          {t('removeBot.act')}
        </MenuItem>
      </Menu>
      {asks === 'logout' ? (
        <Confirm
          title={t('logOutBot.title', { bot: bot.name })}
          act={t('logOutBot.act')}
          busy={tell.isPending}
          onClose={close}
          onConfirm={() => tell.mutate('logout', { onSuccess: close })}
        >
          {t('logOutBot.words')}
        </Confirm>
      ) : null}
      {asks === 'remove' ? (
        <Confirm
          title={t('removeBot.title', { bot: bot.name })}
          act={t('removeBot.act')}
          busy={remove.isPending}
          onClose={close}
          onConfirm={() => remove.mutate(undefined, { onSuccess: close })}
        >
          {t('removeBot.words')}
        </Confirm>
      ) : null}
    </>
  );
}

/** A test of the bot with its own number. It runs until a newer result than the one there was shows on the bot. */
function useSelfTest(bot: BotView): () => void {
  const { t } = useTranslation();
  const { mutate } = useTellBot(bot.id);
  const [since, setSince] = useState<{ readonly before: string | null } | null>(null);
  const at = bot.selfTest?.at ?? null;
  const well = bot.selfTest !== null && bot.selfTest.text === null && bot.selfTest.picture === null;
  useEffect(() => {
    if (since === null || at === since.before) return;
    setSince(null);
    if (well) notify.success(t('selfTest.well'));
    else notify.error(t('selfTest.notWell'));
  }, [since, at, well, t]);
  return () => {
    notify.info(t('selfTest.begun'));
    mutate('self-test', { onSuccess: () => setSince({ before: at }) });
  };
}
