import { useInfiniteQuery } from '@tanstack/react-query';
import { MessageCircleDashed } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { messagesQuery } from '../api/leads.ts';
import { mayFetchNext, retryList } from '../api/next-page.ts';
import { Button } from '../parts/button.tsx';
import { cn } from '../parts/cn.ts';
import { Empty } from '../parts/empty.tsx';
import { Failure } from '../parts/failure.tsx';
import { MoreFailed } from '../parts/more-failed.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { useSession } from '../shell/session.ts';
import { formatDay } from '../time/format.ts';
import { useNow } from '../time/now.ts';
import { MessageBubble, messageDomId } from './message-bubble.tsx';
import { unconfirmed, useOutbox } from './outbox.ts';
import { OutboxBubble } from './outbox-bubble.tsx';
import { linesOf } from './runs.ts';

/** A message somebody asked to see; `nonce` makes asking for the same one twice two askings. */
export interface Wanted {
  readonly messageId: number;
  readonly nonce: number;
}

/**
 * The chat, growing from below: the scroller runs backwards, so the browser itself keeps the newest message in view
 * when one arrives and keeps the place when older ones are put above. What is far off screen is not laid out.
 */
export function MessageList({
  leadId,
  botZone,
  wanted,
}: {
  readonly leadId: number;
  readonly botZone: string | undefined;
  readonly wanted: Wanted | null;
}) {
  const { t } = useTranslation();
  const { user } = useSession();
  const chat = useInfiniteQuery(messagesQuery(leadId));
  const { data, isPending, isError, error, hasNextPage, isFetching, isFetchingNextPage, fetchNextPage } = chat;
  const mayFetch = mayFetchNext(chat);
  const messages = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const lines = useMemo(() => linesOf(messages), [messages]);
  const waiting = unconfirmed(useOutbox(), leadId, messages);
  const older = useOlder(mayFetch, fetchNextPage);

  const found = wanted !== null && messages.some((m) => m.id === wanted.messageId);
  useEffect(() => {
    if (wanted !== null && found)
      document.getElementById(messageDomId(wanted.messageId))?.scrollIntoView({ block: 'center', behavior: 'smooth' });
  }, [wanted, found]);
  useEffect(() => {
    if (wanted === null || found) return;
    if (mayFetch) void fetchNextPage();
    // Where it is said why it cannot be shown.
    else if (isError) older.current?.scrollIntoView({ block: 'center' });
  }, [wanted, found, mayFetch, isError, fetchNextPage, older]);

  if (isError && !data) return <Failure error={error} onRetry={() => retryList(chat)} />;
  if (isPending) return <MessageListSkeleton />;
  if (lines.length === 0 && waiting.length === 0) {
    return (
      <div className="grid h-full place-items-center">
        <Empty icon={MessageCircleDashed} title={t('conversation.empty')}>
          {t('conversation.emptyWords')}
        </Empty>
      </div>
    );
  }
  return (
    <Scroll role="log" label={t('conversation.label')} className="flex h-full flex-col-reverse">
      <div className="mx-auto flex w-full max-w-4xl flex-col px-3 pb-4 sm:px-5">
        <div ref={older} className="flex justify-center pt-4">
          {!hasNextPage ? null : isError ? (
            <MoreFailed error={error} busy={isFetching} onRetry={() => retryList(chat)} />
          ) : (
            <Button size="sm" look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t('conversation.older')}
            </Button>
          )}
        </div>
        {lines.map(({ message, first, newDay }) => (
          <div
            key={message.id}
            className="flex flex-col [contain-intrinsic-height:auto_48px] [content-visibility:auto]"
          >
            {newDay ? <DayLine at={message.at} /> : null}
            <MessageBubble
              // Asked for again, the mark is shown again.
              key={wanted?.messageId === message.id ? wanted.nonce : 0}
              message={message}
              first={first}
              me={user.email}
              botZone={botZone}
              marked={wanted?.messageId === message.id}
            />
          </div>
        ))}
        {waiting.map((item) => (
          <OutboxBubble key={item.clientId} item={item} />
        ))}
      </div>
    </Scroll>
  );
}

/** Fetches older messages when their place comes near the top of the screen. */
function useOlder(wanted: boolean, fetchNextPage: () => unknown) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!wanted || !place.current) return;
    const observer = new IntersectionObserver(([entry]) => (entry?.isIntersecting ? void fetchNextPage() : undefined), {
      rootMargin: '600px 0px 0px 0px',
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [wanted, fetchNextPage]);
  return place;
}

function DayLine({ at }: { readonly at: string }) {
  const { i18n } = useTranslation();
  const now = useNow();
  return (
    <p className="mt-4 mb-1 self-center rounded-full bg-surface px-3 py-1 font-medium text-2xs text-muted shadow-card">
      {formatDay(at, now, i18n.language)}
    </p>
  );
}

function MessageListSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('common.loading')} className="flex h-full flex-col justify-end gap-3 p-5">
      {['w-56', 'w-72 self-end', 'w-40', 'w-64 self-end'].map((shape) => (
        <Skeleton key={shape} className={cn('h-10 rounded-2xl', shape)} />
      ))}
    </div>
  );
}
