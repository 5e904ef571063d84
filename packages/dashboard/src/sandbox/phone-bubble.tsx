import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../parts/cn.ts';

/** A bubble on the simulated phone. `mine`: the customer, whose phone it is, wrote it. */
export function PhoneBubble({
  mine,
  time,
  ticks,
  above,
  children,
}: {
  /** What stands above the words: a picture, a file. */
  readonly above?: ReactNode;
  readonly mine: boolean;
  readonly time: string;
  readonly ticks?: ReactNode;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <div
      className={cn(
        'max-w-[82%] rounded-xl px-2.5 py-1.5 text-[0.8438rem] leading-5 shadow-sm',
        '[--muted:#54656f] dark:[--accent-ink:#7ee2d3] dark:[--muted:#d3dde1]',
        mine
          ? 'self-end rounded-se-sm bg-[#d9fdd3] text-[#111b21] dark:bg-[#005c4b] dark:text-[#e9edef]'
          : 'self-start rounded-ss-sm bg-white text-[#111b21] dark:bg-[#202c33] dark:text-[#e9edef]',
      )}
    >
      <span className="sr-only">{mine ? t('sandbox.by.customer') : t('sandbox.by.business')}</span>
      {above ? <div className="-mx-1 mb-1">{above}</div> : null}
      <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">{children}</span>
      <span className="float-end ms-2.5 mt-1 flex translate-y-0.5 items-center gap-1 text-2xs text-[#54656f] tabular-nums dark:text-[#d3dde1]">
        {time}
        {ticks}
      </span>
    </div>
  );
}

/** WhatsApp's ticks for its ack: -1 failed, 0 pending, 1 server, 2 device, 3 read. */
export function AckTicks({ ack }: { readonly ack: number }) {
  const { t } = useTranslation();
  const level = ack < 0 ? 'failed' : (['pending', 'server', 'device', 'read'] as const)[Math.min(ack, 3)];
  if (!level) return null;
  const Icon = { failed: CircleAlert, pending: Clock, server: Check, device: CheckCheck, read: CheckCheck }[level];
  return (
    <span role="img" aria-label={t(`sandbox.ack.${level}`)} title={t(`sandbox.ack.${level}`)}>
      <Icon aria-hidden className={cn('size-3.5', level === 'read' && 'text-[#0a7cc4] dark:text-[#53bdeb]')} />
    </span>
  );
}

export function TypingDots() {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-label={t('sandbox.typing')}
      className="flex h-8 w-14 items-center justify-center gap-1 self-start rounded-xl rounded-ss-sm bg-white shadow-sm dark:bg-[#202c33]"
    >
      {[0, 150, 300].map((delay) => (
        <span
          key={delay}
          aria-hidden
          style={{ animationDelay: `${delay}ms` }}
          className="size-1.5 animate-[typing_1.2s_ease-in-out_infinite] rounded-full bg-[#54656f] dark:bg-[#b6c2c8]"
        />
      ))}
    </div>
  );
}
