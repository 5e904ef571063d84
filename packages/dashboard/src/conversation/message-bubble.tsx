import type { MessageView } from '@wbm/contracts';
import { Bot, Smartphone } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Attachment } from '../media/attachment.tsx';
import { cn } from '../parts/cn.ts';
import { formatClock } from '../time/format.ts';
import { Moment } from '../time/moment.tsx';
import { MessageBody } from './message-body.tsx';
import { MessageTicks } from './message-ticks.tsx';
import { Reactions } from './reactions.tsx';

const looks: Record<MessageView['sender'], string> = {
  customer: 'rounded-es-md bg-bubble-customer',
  bot: 'rounded-ee-md bg-bubble-bot',
  vendor: 'rounded-ee-md bg-bubble-vendor',
  phone: 'rounded-ee-md bg-bubble-phone',
};

export const messageDomId = (id: number) => `message-${id}`;

/** One message, who wrote it and where it stands. `first` begins a run of one sender and names them. */
export const MessageBubble = memo(function MessageBubble({
  message,
  first,
  me,
  botZone,
  marked,
}: {
  readonly message: MessageView;
  readonly first: boolean;
  readonly me: string;
  readonly botZone: string | undefined;
  /** Shown as the place somebody asked to see. */
  readonly marked: boolean;
}) {
  const { t, i18n } = useTranslation();
  const gone = message.status === 'cancelled';
  const media = message.revokedAt === null ? message.media : null;
  // A card fills its lines: the time goes into its last one.
  const block = message.revokedAt === null && (message.type === 'location' || message.type === 'contact');
  const bare = media?.kind === 'sticker' && media.state === 'stored';
  const reason = message.statusReason ?? (gone ? t('message.cancelledWords') : null);
  return (
    <div
      id={messageDomId(message.id)}
      className={cn(
        'flex max-w-[min(34rem,86%)] flex-col',
        message.sender === 'customer' ? 'self-start' : 'self-end items-end',
        first ? 'mt-3' : 'mt-0.5',
      )}
    >
      {first && message.sender !== 'customer' ? <Author message={message} me={me} /> : null}
      <div
        className={cn(
          'max-w-full rounded-2xl',
          media ? 'p-1.5' : 'px-3 py-1.5',
          bare ? null : gone ? 'border border-line-strong border-dashed' : cn('shadow-card', looks[message.sender]),
          marked && 'flash',
        )}
      >
        <span className="sr-only">{message.sender === 'customer' ? t('message.by.customer') : null}</span>
        {media ? <Attachment media={media} /> : null}
        <div className={cn('flow-root', media && 'px-1.5')}>
          <MessageBody message={message} struck={gone} />
          <span
            className={cn(
              'float-end ms-3 flex translate-y-0.5 items-center gap-1 text-2xs text-muted tabular-nums',
              block ? '-mt-1.5' : message.text === '' && media ? 'mt-0.5' : 'mt-1.5',
            )}
          >
            {message.editedAt === null || message.revokedAt !== null ? null : (
              <Moment
                at={message.editedAt}
                words={t('message.edited')}
                botZone={botZone}
                className="me-1 italic underline decoration-dotted underline-offset-2"
              />
            )}
            <Moment at={message.at} words={formatClock(message.at, i18n.language)} botZone={botZone} />
            {message.sender === 'customer' ? null : <MessageTicks status={message.status} />}
          </span>
        </div>
      </div>
      <Reactions reactions={message.reactions} end={message.sender !== 'customer'} />
      {reason === null ? null : (
        <p className={cn('mt-0.5 px-1 text-xs', message.status === 'failed' ? 'text-bad' : 'text-muted')}>{reason}</p>
      )}
    </div>
  );
});

function Author({ message, me }: { readonly message: MessageView; readonly me: string }) {
  const { t } = useTranslation();
  const words =
    message.sender === 'vendor'
      ? message.author === me
        ? t('message.by.you')
        : (message.author ?? t('message.by.vendor'))
      : t(`message.by.${message.sender}`);
  return (
    <p
      className={cn(
        'mb-0.5 flex items-center gap-1 px-1 font-medium text-2xs',
        message.sender === 'bot' ? 'text-bubble-bot-ink' : 'text-muted',
      )}
    >
      {message.sender === 'bot' ? <Bot aria-hidden className="size-3.5" /> : null}
      {message.sender === 'phone' ? <Smartphone aria-hidden className="size-3.5" /> : null}
      {words}
    </p>
  );
}
