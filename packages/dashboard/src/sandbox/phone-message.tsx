import type { SandboxMessage } from '@wbm/contracts';
import { Ban, ChevronDown, Pencil, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { SandboxChange } from '../api/sandbox.ts';
import { Reactions } from '../conversation/reactions.tsx';
import { Attachment } from '../media/attachment.tsx';
import { cn } from '../parts/cn.ts';
import { Menu, MenuItem, MenuLine, MenuPicks } from '../parts/menu.tsx';
import { formatClock } from '../time/format.ts';
import { AckTicks, PhoneBubble } from './phone-bubble.tsx';

const emoji = ['❤️', '👍', '😂', '😮', '🙏'] as const;

/** A message on the phone, and what can be done to it: only whoever wrote it edits it or takes it back. */
export function PhoneMessage({
  message,
  asBusiness,
  onChange,
  onEdit,
}: {
  readonly message: SandboxMessage;
  /** It is the business that acts, on its own phone. */
  readonly asBusiness: boolean;
  readonly onChange: (change: SandboxChange) => void;
  readonly onEdit: () => void;
}) {
  const { t, i18n } = useTranslation();
  const revoked = message.revokedAt !== null;
  const own = message.fromMe !== asBusiness;
  const given = message.reactions[asBusiness ? 'business' : 'customer'];
  return (
    <div className={cn('group flex max-w-full flex-col', message.fromMe ? 'items-end' : 'items-start')}>
      <div className={cn('flex w-full items-center gap-0.5', message.fromMe && 'flex-row-reverse')}>
        <PhoneBubble
          mine={message.fromMe}
          time={`${message.editedAt === null || revoked ? '' : `${t('message.edited')} `}${formatClock(message.at, i18n.language)}`}
          ticks={message.fromMe ? <AckTicks ack={message.ack} /> : null}
          above={message.media && !revoked ? <Attachment media={message.media} /> : null}
        >
          {revoked ? (
            <span className="text-muted italic">
              <Ban aria-hidden className="me-1 inline size-3.5 align-[-0.15em]" />
              {t('message.revoked')}
            </span>
          ) : (
            message.text
          )}
        </PhoneBubble>
        {revoked ? null : (
          <Menu
            align={message.fromMe ? 'end' : 'start'}
            trigger={
              <button
                type="button"
                aria-label={t('sandbox.messageMenu')}
                className="grid size-7 shrink-0 place-items-center rounded-full text-[#54656f] opacity-60 transition-opacity hover:bg-black/5 focus-visible:opacity-100 group-hover:opacity-100 data-[state=open]:opacity-100 sm:opacity-0 dark:text-[#b6c2c8] dark:hover:bg-white/10"
              >
                <ChevronDown aria-hidden className="size-4" />
              </button>
            }
          >
            <MenuPicks
              picks={emoji.map((value) => ({
                value,
                label: t(value === given ? 'sandbox.unreact' : 'sandbox.react', { emoji: value }),
                chosen: value === given,
              }))}
              onPick={(value) => onChange({ do: 'react', emoji: value === given ? '' : value })}
            />
            {own ? (
              <>
                <MenuLine />
                {message.text === '' ? null : (
                  <MenuItem onSelect={onEdit}>
                    <Pencil />
                    {t('sandbox.edit')}
                  </MenuItem>
                )}
                <MenuItem danger onSelect={() => onChange({ do: 'revoke' })}>
                  <Trash2 />
                  {t('sandbox.revoke')}
                </MenuItem>
              </>
            ) : null}
          </Menu>
        )}
      </div>
      {revoked ? null : <Reactions reactions={message.reactions} end={message.fromMe} />}
    </div>
  );
}
