import { Download, X } from 'lucide-react';
import { Dialog as Primitive } from 'radix-ui';
import { useTranslation } from 'react-i18next';

const act =
  'grid size-10 place-items-center rounded-full text-white/90 hover:bg-white/15 hover:text-white focus-visible:outline-white [&_svg]:size-5';

/** A picture as large as the window. Its code comes when the first one is opened. */
export default function PictureWindow({
  url,
  name,
  onClose,
}: {
  readonly url: string;
  readonly name: string;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Primitive.Root open onOpenChange={(next) => (next ? undefined : onClose())}>
      <Primitive.Portal>
        <Primitive.Content
          aria-describedby={undefined}
          className="fixed inset-0 z-50 flex flex-col bg-[#0b0f10]/98 outline-none animate-[rise_120ms_ease-out]"
        >
          <header className="flex items-center gap-1 px-3 py-2 text-white">
            <Primitive.Title className="min-w-0 flex-1 truncate px-1 font-medium text-sm">{name}</Primitive.Title>
            <a href={url} download={name} aria-label={t('media.download', { name })} className={act}>
              <Download aria-hidden />
            </a>
            <Primitive.Close aria-label={t('common.close')} className={act}>
              <X aria-hidden />
            </Primitive.Close>
          </header>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: a second way out for the mouse; Escape and the button are the others. */}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above. */}
          <div className="grid min-h-0 flex-1 place-items-center p-3 pt-0" onClick={onClose}>
            <img src={url} alt={name} className="max-h-full min-h-0 max-w-full rounded-lg object-contain" />
          </div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
