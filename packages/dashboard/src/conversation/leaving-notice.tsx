import { useInfiniteQuery } from '@tanstack/react-query';
import type { MessageView } from '@wbm/contracts';
import { Send, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { messagesQuery } from '../api/leads.ts';
import { IconButton } from '../parts/icon-button.tsx';
import { Notice } from '../parts/notice.tsx';

/**
 * After a takeover: the bot message that was already on its way, so that the vendor does not contradict it unawares.
 * It follows the message until it is out, and stays until it is closed.
 */
export function LeavingNotice({
  leadId,
  leaving,
  onShow,
  onClose,
}: {
  readonly leadId: number;
  readonly leaving: readonly MessageView[];
  readonly onShow: (messageId: number) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { data } = useInfiniteQuery(messagesQuery(leadId));
  const [first] = leaving;
  if (!first) return null;
  const now = data?.pages.flatMap((page) => page.items).find((m) => m.id === first.id) ?? first;
  return (
    <Notice
      icon={Send}
      tone="warn"
      live
      className="rounded-none border-line border-t px-4"
      action={
        <IconButton label={t('common.close')} onClick={onClose} side="top" className="-my-1">
          <X />
        </IconButton>
      }
    >
      <p className="font-medium">{t('leaving.title', { count: leaving.length })}</p>
      <button
        type="button"
        onClick={() => onShow(first.id)}
        className="line-clamp-1 text-start underline-offset-2 hover:underline"
      >
        {t('leaving.words', { status: t(`message.status.${now.status}`), text: now.text })}
      </button>
    </Notice>
  );
}
