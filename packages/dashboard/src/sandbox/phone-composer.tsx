import { Paperclip, SendHorizontal } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnyBot } from '../api/bots.ts';
import { AttachmentTray } from '../media/attachment-tray.tsx';
import { admit, messagesOf, type RefusedFile } from '../media/files.ts';
import { Switch } from '../parts/switch.tsx';
import type { Customer } from './customers.ts';
import type { Written } from './use-phone.ts';

const burst = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'] as const;

/** Writes as the customer; with the switch, as the business from its own phone. */
export function PhoneComposer({
  customer,
  bot,
  asBusiness,
  onAsBusiness,
  onSend,
}: {
  readonly customer: Customer;
  readonly bot: AnyBot;
  readonly asBusiness: boolean;
  readonly onAsBusiness: (asBusiness: boolean) => void;
  readonly onSend: (written: readonly Written[]) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const chooser = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [files, setFiles] = useState<readonly File[]>([]);
  const [refused, setRefused] = useState<readonly RefusedFile[]>([]);
  const placeholder = asBusiness
    ? t('sandbox.writeAsBusiness', { bot: bot.name })
    : t('sandbox.writeAs', { name: customer.name });
  function add(chosen: readonly File[]): void {
    const looked = admit(chosen, files.length);
    setFiles([...files, ...looked.kept]);
    setRefused(looked.refused);
  }
  function send(): void {
    const messages = messagesOf(text, files);
    if (messages.length === 0) return;
    onSend(messages);
    setText('');
    setFiles([]);
    setRefused([]);
  }
  return (
    <div className={asBusiness ? 'bg-bubble-phone' : 'bg-[#f0f2f5] dark:bg-[#111b21]'}>
      {files.length + refused.length === 0 ? null : (
        <div className="flex flex-col gap-2 px-2 pt-2">
          <AttachmentTray
            files={files}
            refused={refused}
            onRemove={(file) => setFiles(files.filter((other) => other !== file))}
            onSeen={() => setRefused([])}
          />
        </div>
      )}
      <form
        className="flex items-center gap-1 p-2"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-label={t('attach.button')}
          onChange={({ target }) => {
            add([...(target.files ?? [])]);
            target.value = '';
          }}
        />
        <button
          type="button"
          aria-label={t('attach.button')}
          onClick={() => chooser.current?.click()}
          className="grid size-10 shrink-0 place-items-center rounded-full text-[#54656f] hover:bg-black/5 dark:text-[#b6c2c8] dark:hover:bg-white/10"
        >
          <Paperclip aria-hidden className="size-4.5" />
        </button>
        <label htmlFor={id} className="sr-only">
          {placeholder}
        </label>
        <input
          id={id}
          value={text}
          maxLength={4_096}
          autoComplete="off"
          placeholder={placeholder}
          onChange={(event) => setText(event.target.value)}
          onPaste={(event) => {
            const pasted = [...event.clipboardData.files];
            if (pasted.length === 0) return;
            event.preventDefault();
            add(pasted);
          }}
          className="me-1 h-10 min-w-0 flex-1 rounded-full bg-white px-4 text-[#111b21] text-lg sm:text-base dark:bg-[#2a3942] dark:text-[#e9edef]"
        />
        <button
          type="submit"
          aria-label={t('conversation.send')}
          className="grid size-10 shrink-0 place-items-center rounded-full bg-[#07735f] text-white hover:bg-[#075e54]"
        >
          <SendHorizontal aria-hidden className="size-4.5" />
        </button>
      </form>
      <div className="flex items-center justify-between gap-3 px-3.5 pb-3">
        <Switch label={t('sandbox.asBusiness')} checked={asBusiness} onChange={onAsBusiness} />
        <button
          type="button"
          disabled={asBusiness}
          onClick={() =>
            onSend(
              burst.map((n) => ({
                text: t(`sandbox.burst.${n}`, { name: customer.name, phone: customer.phone }),
                file: null,
              })),
            )
          }
          className="rounded-md px-2 py-1 font-medium text-accent-ink text-sm hover:bg-black/5 disabled:opacity-50 dark:hover:bg-white/10"
        >
          {t('sandbox.sendBurst', { count: burst.length })}
        </button>
      </div>
    </div>
  );
}
