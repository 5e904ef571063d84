import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Play, Plus, ScanLine } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { type AnyBot, isWhole } from '../api/bots.ts';
import { keys } from '../api/keys.ts';
import { scanQr } from '../api/sandbox.ts';
import { BotStateChip } from '../bots/bot-words.tsx';
import { stateWordsOf } from '../bots/state-words.ts';
import { useTellBot } from '../bots/tell-bot.ts';
import { useSentence } from '../i18n/sentence.ts';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { IconButton } from '../parts/icon-button.tsx';
import { Select } from '../parts/input.tsx';
import { notify } from '../parts/notify.ts';
import { Qr } from '../parts/qr.tsx';

/** Which bot, what it is doing, and the one thing to do about it. */
export function BotPanel({
  bots,
  bot,
  onChoose,
  onCreate,
}: {
  readonly bots: readonly AnyBot[];
  readonly bot: AnyBot;
  readonly onChoose: (botId: string) => void;
  /** Absent for people who may not create one. */
  readonly onCreate: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const tell = useTellBot(bot.id);
  return (
    <section className="flex flex-col gap-3">
      <div className="flex items-center gap-1.5">
        <Select
          aria-label={t('sandbox.bot')}
          className="min-w-0 flex-1"
          value={bot.id}
          onChange={(event) => onChoose(event.target.value)}
        >
          {bots.map((b) => (
            <option key={b.id} value={b.id}>
              {b.name}
            </option>
          ))}
        </Select>
        {onCreate ? (
          <IconButton label={t('createBot.open')} size="icon" onClick={onCreate}>
            <Plus />
          </IconButton>
        ) : null}
      </div>
      <Card className="p-3" aria-live="polite">
        <BotStateChip state={bot.state} />
        <p className="mt-2 text-muted text-sm">{t(`bot.stateWords.${stateWordsOf(bot)}`)}</p>
        {bot.stateReason === null ? null : <p className="mt-0.5 text-muted text-xs">{bot.stateReason}</p>}
        {bot.status === 'disabled' ? (
          <Button
            look="primary"
            size="sm"
            className="mt-3 w-full"
            busy={tell.isPending}
            onClick={() => tell.mutate('start')}
          >
            <Play />
            {t('bot.start')}
          </Button>
        ) : null}
        {bot.state === 'needs-scan' && bot.status === 'enabled' ? <Scan bot={bot} /> : null}
      </Card>
    </section>
  );
}

function Scan({ bot }: { readonly bot: AnyBot }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const sentence = useSentence();
  const scan = useMutation({
    mutationFn: () => scanQr(bot.id),
    onError: (problem) => notify.error(sentence(problem)),
    onSettled: () => client.invalidateQueries({ queryKey: keys.bots }),
  });
  const qr = isWhole(bot) ? bot.qr : null;
  return (
    <div className="mt-3 flex flex-col gap-3">
      {qr === null ? null : (
        <div className="self-center">
          <Qr value={qr} size={168} title={t('sandbox.qr')} />
        </div>
      )}
      <Button look="primary" size="sm" className="w-full" busy={scan.isPending} onClick={() => scan.mutate()}>
        <ScanLine />
        {t('sandbox.scan')}
      </Button>
    </div>
  );
}
