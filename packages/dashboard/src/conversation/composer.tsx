import { useQueryClient } from '@tanstack/react-query';
import { Paperclip, SendHorizontal } from 'lucide-react';
import { type Ref, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { applyMessage } from '../live/apply.ts';
import { AttachmentTray } from '../media/attachment-tray.tsx';
import { messagesOf } from '../media/files.ts';
import { IconButton } from '../parts/icon-button.tsx';
import { addFiles, changeDraft, clearDraft, useDraft } from './drafts.ts';
import { sendOptimistically } from './outbox.ts';

/** WhatsApp would take more, the gateway takes this much. */
const longest = 4_096;

/** Where a vendor writes. Enter sends, Shift+Enter begins a line. Each file becomes a message; the text goes with the first. */
export function Composer({
  leadId,
  takesFiles,
  inputRef,
}: {
  readonly leadId: number;
  readonly takesFiles: boolean;
  readonly inputRef: Ref<HTMLTextAreaElement>;
}) {
  const { t } = useTranslation();
  const id = useId();
  const client = useQueryClient();
  const { text, files, refused } = useDraft(leadId);
  const chooser = useRef<HTMLInputElement>(null);
  function send(): void {
    const messages = messagesOf(text, files);
    if (messages.length === 0) return;
    clearDraft(leadId);
    for (const message of messages) void sendOptimistically(leadId, message, (posted) => applyMessage(client, posted));
  }
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <AttachmentTray
        files={files}
        refused={refused}
        onRemove={(file) => changeDraft(leadId, { files: files.filter((other) => other !== file) })}
        onSeen={() => changeDraft(leadId, { refused: [] })}
      />
      <div className="flex items-end gap-2">
        {takesFiles ? (
          <>
            <input
              ref={chooser}
              type="file"
              multiple
              hidden
              aria-label={t('attach.button')}
              onChange={({ target }) => {
                addFiles(leadId, [...(target.files ?? [])]);
                target.value = '';
              }}
            />
            <IconButton size="round" label={t('attach.button')} side="top" onClick={() => chooser.current?.click()}>
              <Paperclip />
            </IconButton>
          </>
        ) : null}
        <label htmlFor={id} className="sr-only">
          {t('conversation.reply')}
        </label>
        <textarea
          ref={inputRef}
          id={id}
          rows={1}
          value={text}
          maxLength={longest}
          placeholder={files.length > 0 ? t('attach.caption') : t('conversation.reply')}
          onChange={(event) => changeDraft(leadId, { text: event.target.value })}
          onPaste={(event) => {
            const pasted = [...event.clipboardData.files];
            if (!takesFiles || pasted.length === 0) return;
            event.preventDefault();
            addFiles(leadId, pasted);
          }}
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
      </div>
    </form>
  );
}
