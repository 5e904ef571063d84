import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { BotView } from '@wbm/contracts';
import { useTranslation } from 'react-i18next';
import { botsQuery, saveBot } from '../../api/bots.ts';
import { keys } from '../../api/keys.ts';
import { withBot } from '../../live/cache.ts';
import { notify } from '../../parts/notify.ts';

type Patch = Omit<Parameters<typeof saveBot>[1], 'version'>;

/** Saves a part of a bot's settings over the version that is shown. The form stays as it is when that fails. */
export function useSaveBot(bot: BotView, onSaved: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (patch: Patch) => saveBot(bot.id, { ...patch, version: bot.version }),
    onSuccess(saved) {
      client.setQueryData(botsQuery.queryKey, (bots) => (bots ? withBot(bots, saved) : bots));
      notify.success(t('features.saved'));
      onSaved();
    },
    // Whoever was faster: their version comes, and saving again is saving over it.
    onError: () => client.invalidateQueries({ queryKey: keys.bots }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.sending(bot.id) }),
  });
}
