import { useQueryClient } from '@tanstack/react-query';
import { SendHorizontal } from 'lucide-react';
import { type Ref, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { applyMessage } from '../live/apply.ts';
import { IconButton } from '../parts/icon-button.tsx';
import { sendOptimistically } from './outbox.ts';

/** WhatsApp would take more, the gateway takes this much. */
const longest = 4_096;

/** Where a vendor writes. Enter sends, Shift+Enter begins a line. */
export function Composer({
  leadId,
  inputRef,
}: {
  readonly leadId: number;
  readonly inputRef: Ref<HTMLTextAreaElement>;
}) {
  const { t } = useTranslation();
  const id = useId();
  const client = useQueryClient();
  const [text, setText] = useState('');
  function send(): void {
    const words = text.trim();
    if (words === '') return;
    setText('');
    void sendOptimistically(leadId, words, (message) => applyMessage(client, message));
  }
  return (
    <form
      className="flex items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label htmlFor={id} className="sr-only">
        {t('conversation.reply')}
      </label>
      <textarea
        ref={inputRef}
        id={id}
        rows={1}
        value={text}
        maxLength={longest}
        placeholder={t('conversation.reply')}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
        className="field-sizing-content max-h-40 min-h-10 flex-1 resize-none rounded-2xl border border-line-strong/70 bg-surface px-4 py-2 text-lg leading-relaxed focus-visible:outline-offset-0 sm:text-base"
      />
      <IconButton type="submit" size="round" look="primary" label={t('conversation.send')} side="top">
        <SendHorizontal />
      </IconButton>
    </form>
  );
}
