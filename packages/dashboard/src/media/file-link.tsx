import type { MediaView } from '@wbm/contracts';
import { Download, FileText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../time/measures.ts';

/** A file to be had as it is: its name, its size, and the way to it. */
export function FileLink({ media, url }: { readonly media: MediaView; readonly url: string }) {
  const { t, i18n } = useTranslation();
  const name = media.name ?? t(`message.type.${media.kind}`);
  const ending = /\.([a-z0-9]{1,5})$/i.exec(media.name ?? '')?.[1]?.toUpperCase() ?? null;
  const facts = [ending, media.size === null ? null : formatBytes(media.size, i18n.language)].filter(Boolean);
  return (
    <a
      href={url}
      download={media.name ?? ''}
      className="group flex w-72 max-w-full items-center gap-2.5 rounded-xl bg-ink/5 px-3 py-2.5 transition-colors hover:bg-ink/10 dark:bg-black/20 dark:hover:bg-black/35"
    >
      <FileText aria-hidden className="size-6 shrink-0 text-accent-ink" strokeWidth={1.5} />
      <span className="min-w-0 flex-1">
        <span className="sr-only">{t('media.get')} </span>
        <span className="block truncate font-medium text-sm">{name}</span>
        {facts.length === 0 ? null : <span className="block text-muted text-xs">{facts.join(' · ')}</span>}
      </span>
      <Download aria-hidden className="size-4 shrink-0 text-muted group-hover:text-ink" />
    </a>
  );
}
