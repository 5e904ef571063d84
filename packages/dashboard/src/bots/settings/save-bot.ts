import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { BotView } from '@wbm/contracts';
import { useTranslation } from 'react-i18next';
import { botsQuery, saveBot } from '../../api/bots.ts';
import { keys } from '../../api/keys.ts';
import { withBot } from '../../live/cache.ts';
import { notify } from '../../parts/notify.ts';
import { changedFrom } from './edited.ts';

type Patch = Omit<Parameters<typeof saveBot>[1], 'version'>;

/**
 * Saves what of these settings differs from the bot as it was opened, over that version. The form stays as it is when
 * that fails.
 */
export function useSaveBot(opened: BotView, onSaved: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (patch: Patch) => saveBot(opened.id, { ...patch, version: opened.version }),
    onSuccess(saved) {
      client.setQueryData(botsQuery.queryKey, (bots) => (bots ? withBot(bots, saved) : bots));
      notify.success(t('features.saved'));
      onSaved();
    },
    // Whoever was faster: their version is here before it is said that they were.
    onError: () => client.invalidateQueries({ queryKey: keys.bots }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.sending(opened.id) }),
  });
  return {
    problem: save.error,
    busy: save.isPending,
    forget: save.reset,
    save(settings: Patch) {
      const patch = changedFrom(settings, opened);
      if (Object.keys(patch).length === 0) onSaved();
      else save.mutate(patch);
    },
  };
}
