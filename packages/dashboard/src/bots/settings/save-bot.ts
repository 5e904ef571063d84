import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { BotView } from '@wbm/contracts';
import { useTranslation } from 'react-i18next';
import { botsQuery, saveBot } from '../../api/bots.ts';
import { keys } from '../../api/keys.ts';
import { withBot } from '../../live/cache.ts';
import { notify } from '../../parts/notify.ts';
import { changedFrom, type Saved } from './edited.ts';

type Patch = Omit<Parameters<typeof saveBot>[1], 'version'>;

/** What a form about one subject of a bot gets from the window, which holds several. */
export interface BotFormProps {
  readonly bot: BotView;
  /** The last that was saved in this window, under this subject or another. */
  readonly saved: Saved<BotView> | null;
  readonly onTouched: (touched: boolean) => void;
  readonly onSaved: (saved: Saved<BotView>) => void;
  readonly onClose: () => void;
}

/**
 * Saves what of these settings differs from the bot as it was opened, over that version. The form stays as it is when
 * that fails.
 */
export function useSaveBot(opened: BotView, onSaved: BotFormProps['onSaved']) {
  const { t } = useTranslation();
  const client = useQueryClient();
  function end(saved: Saved<BotView>): void {
    notify.success(t('features.saved'));
    onSaved(saved);
  }
  const save = useMutation({
    mutationFn: async (patch: Patch): Promise<Saved<BotView>> => {
      const over = opened.version;
      return { over, settings: await saveBot(opened.id, { ...patch, version: over }) };
    },
    onSuccess(saved) {
      client.setQueryData(botsQuery.queryKey, (bots) => (bots ? withBot(bots, saved.settings) : bots));
      end(saved);
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
      if (Object.keys(patch).length > 0) save.mutate(patch);
      // All of it is as it is saved already.
      else end({ over: opened.version, settings: opened });
    },
  };
}
