import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type BotVerb, tellBot } from '../api/bots.ts';
import { keys } from '../api/keys.ts';
import { useSentence } from '../i18n/sentence.ts';
import { notify } from '../parts/notify.ts';

/** Tells a bot what to do; what comes of it is news. */
export function useTellBot(botId: string) {
  const client = useQueryClient();
  const sentence = useSentence();
  return useMutation({
    mutationFn: (verb: BotVerb) => tellBot(botId, verb),
    onError: (problem) => notify.error(sentence(problem)),
    onSettled: () => client.invalidateQueries({ queryKey: keys.bots }),
  });
}
