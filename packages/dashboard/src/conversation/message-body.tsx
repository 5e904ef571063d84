import type { MessageView } from '@wbm/contracts';
import { Ban, Hourglass, MapPin, UserRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { mapLink, placeOf } from './place.ts';

/** What a message says, beside its file: its words, or words for what has none. */
export function MessageBody({ message, struck }: { readonly message: MessageView; readonly struck: boolean }) {
  const { t } = useTranslation();
  if (message.revokedAt !== null) return <Aside icon={<Ban />}>{t('message.revoked')}</Aside>;
  if (message.type === 'undecrypted') return <Aside icon={<Hourglass />}>{t('message.type.undecrypted')}</Aside>;
  const words = (
    <span
      className={`whitespace-pre-wrap break-words [overflow-wrap:anywhere]${struck ? ' text-muted line-through' : ''}`}
    >
      {message.text}
    </span>
  );
  if (message.type === 'location') return <Place text={message.text} />;
  if (message.type === 'contact') {
    return (
      <span className="flex items-center gap-2.5 py-1">
        <span className="grid size-9 shrink-0 place-items-center rounded-full bg-ink/6 text-muted">
          <UserRound aria-hidden className="size-4.5" />
        </span>
        <span className="min-w-0">
          <span className="block text-muted text-xs">{t('message.type.contact')}</span>
          {words}
        </span>
      </span>
    );
  }
  if (message.text !== '') return words;
  // A file speaks for itself; what came without one is at least named.
  return message.media ? null : <Aside>{t(`message.type.${message.type}`)}</Aside>;
}

function Aside({ icon, children }: { readonly icon?: ReactNode; readonly children: ReactNode }) {
  return (
    <span className="text-muted italic [&_svg]:me-1.5 [&_svg]:inline [&_svg]:size-3.5 [&_svg]:align-[-0.15em]">
      {icon}
      {children}
    </span>
  );
}

function Place({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  const { words, at } = placeOf(text);
  return (
    <span className="flex items-start gap-2.5 py-1">
      <span className="grid size-9 shrink-0 place-items-center rounded-full bg-ink/6 text-accent-ink">
        <MapPin aria-hidden className="size-4.5" />
      </span>
      <span className="min-w-0 break-words">
        <span className="block">{words ?? t('message.type.location')}</span>
        {at === null ? null : (
          <a href={mapLink(at)} target="_blank" rel="noreferrer" className="text-accent-ink text-sm underline">
            {t('message.map')}
          </a>
        )}
      </span>
    </span>
  );
}
