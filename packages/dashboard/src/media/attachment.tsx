import type { MediaView } from '@wbm/contracts';
import { CircleAlert, CloudDownload, CloudOff, FileX, HardDrive } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { cn } from '../parts/cn.ts';
import { formatBytes } from '../time/measures.ts';
import { mayAskAgain, useAskAgain } from './ask-again.ts';
import { FileLink } from './file-link.tsx';
import { Picture } from './picture.tsx';
import { Sound } from './sound.tsx';

export const mediaUrl = (id: string) => `/api/media/${id}`;

/** A file of a conversation, shown as what it is; or where it is, while it cannot be shown. */
export function Attachment({ media }: { readonly media: MediaView }) {
  if (media.state !== 'stored') return <Absent media={media} />;
  const url = mediaUrl(media.id);
  switch (media.kind) {
    case 'image':
    case 'sticker':
      return <Picture media={media} url={url} />;
    case 'video':
      return (
        // biome-ignore lint/a11y/useMediaCaption: nobody wrote any for what a customer filmed.
        <video
          controls
          preload="metadata"
          src={url}
          className="block max-h-80 w-72 max-w-full rounded-xl bg-black"
          aria-label={media.name ?? undefined}
        />
      );
    case 'audio':
    case 'voice':
      return <Sound media={media} url={url} />;
    case 'document':
      return <FileLink media={media} url={url} />;
  }
}

const icons = {
  pending: CloudDownload,
  'too-large': HardDrive,
  gone: CloudOff,
  failed: CircleAlert,
  deleted: FileX,
} as const;

function Absent({ media }: { readonly media: MediaView }) {
  const { t, i18n } = useTranslation();
  const askAgain = useAskAgain(media.id);
  if (media.state === 'stored') return null;
  const Icon = icons[media.state];
  const size = media.size === null || media.state === 'deleted' ? null : formatBytes(media.size, i18n.language);
  return (
    <div className="flex w-72 max-w-full items-start gap-2.5 rounded-xl border border-line-strong/50 border-dashed px-3 py-2.5 text-sm">
      <Icon
        aria-hidden
        className={cn('mt-0.5 size-4 shrink-0 text-muted', media.state === 'pending' && 'animate-pulse')}
      />
      <div className="min-w-0">
        <p className="truncate font-medium">
          {media.name ?? t(`message.type.${media.kind}`)}
          {size === null ? null : <span className="font-normal text-muted"> · {size}</span>}
        </p>
        <p className="text-muted text-xs">{t(`media.state.${media.state}`)}</p>
        {mayAskAgain(media) ? (
          <Button size="sm" className="mt-2" busy={askAgain.isPending} onClick={() => askAgain.mutate()}>
            {t('common.tryAgain')}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
