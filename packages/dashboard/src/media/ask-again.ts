import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import type { MediaView, MessageView } from '@wbm/contracts';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { fetchAgain } from '../api/media.ts';
import { ApiProblem } from '../api/problem.ts';
import { useSentence } from '../i18n/sentence.ts';
import type { Pages } from '../live/cache.ts';
import { notify } from '../parts/notify.ts';

/** Whether a file that is not here may be had when WhatsApp is asked once more. */
export function mayAskAgain({ state }: Pick<MediaView, 'state'>): boolean {
  return state === 'failed' || state === 'gone';
}

/** Shows a file as being fetched, unless it is known by now what became of that. */
export function showPending(client: QueryClient, mediaId: string): void {
  client.setQueriesData({ queryKey: keys.messageLists }, (list: Pages<MessageView> | undefined) => {
    if (!list?.pages.some((page) => page.items.some(({ media }) => media?.id === mediaId))) return list;
    const pages = list.pages.map((page) => ({
      ...page,
      items: page.items.map((message) =>
        message.media?.id === mediaId && mayAskAgain(message.media)
          ? { ...message, media: { ...message.media, state: 'pending' as const } }
          : message,
      ),
    }));
    return { ...list, pages };
  });
}

/** Asks for a file once more; what comes of it is news. */
export function useAskAgain(mediaId: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const sentence = useSentence();
  return useMutation({
    mutationFn: () => fetchAgain(mediaId),
    onSuccess: () => showPending(client, mediaId),
    // Its bot was removed: the general words are about uploads.
    onError: (problem) =>
      notify.error(problem instanceof ApiProblem && problem.status === 404 ? t('media.nobody') : sentence(problem)),
  });
}
