import type { MediaView } from '@wbm/contracts';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../parts/cn.ts';
import { FileLink } from './file-link.tsx';

const PictureWindow = lazy(() => import('./picture-window.tsx'));

/** A picture, small; it opens large. One that the browser cannot show is a file to be had. */
export function Picture({ media, url }: { readonly media: MediaView; readonly url: string }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [broken, setBroken] = useState(false);
  if (broken) return <FileLink media={media} url={url} />;
  const words = media.name ?? t(`message.type.${media.kind}`);
  return (
    <>
      <button
        type="button"
        onClick={() => setOpened(true)}
        aria-label={t('media.open', { name: words })}
        className={cn('block max-w-full overflow-hidden', media.kind === 'image' && 'rounded-xl bg-ink/5')}
      >
        <img
          src={url}
          alt={words}
          loading="lazy"
          decoding="async"
          onError={() => setBroken(true)}
          className={
            media.kind === 'sticker'
              ? 'size-32 object-contain'
              : 'block max-h-72 min-h-16 w-auto min-w-24 max-w-full object-cover sm:max-w-72'
          }
        />
      </button>
      {opened ? (
        <Suspense fallback={null}>
          <PictureWindow url={url} name={words} onClose={() => setOpened(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
