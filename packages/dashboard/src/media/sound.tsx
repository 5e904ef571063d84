import type { MediaView } from '@wbm/contracts';
import { AudioLines, Mic } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatLength } from '../time/measures.ts';

/** A voice message or another recording, to be listened to here. */
export function Sound({ media, url }: { readonly media: MediaView; readonly url: string }) {
  const { t } = useTranslation();
  const Icon = media.kind === 'voice' ? Mic : AudioLines;
  const words = media.name ?? t(`message.type.${media.kind}`);
  return (
    <figure className="w-72 max-w-full px-1 pt-1">
      <figcaption className="mb-1.5 flex items-center gap-1.5 text-muted text-xs">
        <Icon aria-hidden className="size-3.5 shrink-0" />
        <span className="truncate">{words}</span>
        {media.seconds === null ? null : <span className="tabular-nums">{formatLength(media.seconds)}</span>}
      </figcaption>
      {/* biome-ignore lint/a11y/useMediaCaption: nobody wrote down what was said. */}
      <audio controls preload="none" src={url} aria-label={words} className="h-10 w-full" />
    </figure>
  );
}
