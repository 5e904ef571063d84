import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { botsQuery } from '../api/bots.ts';
import { notify } from '../parts/notify.ts';
import { useHistoryWords } from './history-words.ts';
import { useLiveEvents } from './live.tsx';

/** One quiet line when a bot has read what was written while it was away, instead of an alert for each message. */
export function HistoryNews() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const read = useHistoryWords();
  useLiveEvents((event) => {
    if (event.type !== 'HISTORY_READ' || event.payload.messages === 0) return;
    const bot = client.getQueryData(botsQuery.queryKey)?.find(({ id }) => id === event.payload.botId);
    notify.info(t('history.news', { bot: bot?.name ?? event.payload.botId, read: read(event.payload) }));
  });
  return null;
}
