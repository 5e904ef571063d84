import { useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSentence } from '../i18n/sentence.ts';
import { applyMessage } from '../live/apply.ts';
import { ChosenFile } from '../media/chosen-file.tsx';
import { Button } from '../parts/button.tsx';
import { cn } from '../parts/cn.ts';
import { IconButton } from '../parts/icon-button.tsx';
import { Progress } from '../parts/progress.tsx';
import { formatClock } from '../time/format.ts';
import { formatBytes } from '../time/measures.ts';
import { takeBack } from './drafts.ts';
import { MessageTicks } from './message-ticks.tsx';
import { discard, type OutboxItem, retry } from './outbox.ts';

/** A message that is shown before it is known to be kept, or could not be. */
export function OutboxBubble({ item }: { readonly item: OutboxItem }) {
  const { t, i18n } = useTranslation();
  const sentence = useSentence();
  const client = useQueryClient();
  const failed = item.problem !== null;
  return (
    <div className="mt-1 flex flex-col items-end">
      <div
        className={cn(
          'max-w-[min(34rem,86%)] rounded-2xl rounded-ee-md px-3 py-1.5 shadow-card',
          failed ? 'bg-bad-soft' : 'bg-bubble-vendor',
        )}
      >
        {item.file === null ? null : <FileOnItsWay item={item} file={item.file} />}
        <span className="whitespace-pre-wrap break-words [overflow-wrap:anywhere]">{item.text}</span>
        <span className="float-end ms-3 mt-1.5 flex translate-y-0.5 items-center gap-1 text-2xs text-muted tabular-nums">
          {formatClock(item.at, i18n.language)}
          <MessageTicks status={failed ? 'failed' : 'queued'} />
        </span>
      </div>
      {failed ? (
        <div role="alert" className="mt-1 flex flex-wrap items-center justify-end gap-1.5 text-bad text-xs">
          <span>{sentence(item.problem)}</span>
          <Button size="sm" onClick={() => void retry(item, (message) => applyMessage(client, message))}>
            {t('common.tryAgain')}
          </Button>
          <Button
            size="sm"
            look="quiet"
            onClick={() => {
              discard(item);
              takeBack(item.leadId, item);
            }}
          >
            {t('conversation.change')}
          </Button>
          <Button size="sm" look="quiet" onClick={() => discard(item)}>
            {t('conversation.discard')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function FileOnItsWay({ item, file }: { readonly item: OutboxItem; readonly file: File }) {
  const { t, i18n } = useTranslation();
  const goes = item.problem === null && item.share < 1;
  return (
    <div className="my-1 flex w-64 max-w-full items-center gap-2.5">
      <ChosenFile file={file} className="size-12" />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium text-xs">{file.name}</p>
        <p className="mb-1 text-muted text-xs tabular-nums">{formatBytes(file.size, i18n.language)}</p>
        {goes ? <Progress percent={item.share * 100} label={t('attach.uploading', { name: file.name })} /> : null}
      </div>
      {goes ? (
        <IconButton label={t('attach.stop')} onClick={() => discard(item)}>
          <X />
        </IconButton>
      ) : null}
    </div>
  );
}
