import type { SandboxMessage } from '@wbm/contracts';
import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnyBot } from '../api/bots.ts';
import { useSentence } from '../i18n/sentence.ts';
import { ChosenFile } from '../media/chosen-file.tsx';
import { Avatar } from '../parts/avatar.tsx';
import { Failure } from '../parts/failure.tsx';
import { Scroll } from '../parts/scroll.tsx';
import type { Customer } from './customers.ts';
import { AckTicks, PhoneBubble, TypingDots } from './phone-bubble.tsx';
import { PhoneComposer } from './phone-composer.tsx';
import { PhoneEdit } from './phone-edit.tsx';
import { PhoneHint } from './phone-hint.tsx';
import { PhoneMessage } from './phone-message.tsx';
import { usePhone } from './use-phone.ts';

/** The customer's phone. Its frame says on every side that nothing of this is WhatsApp. */
export function Phone({ bot, customer }: { readonly bot: AnyBot; readonly customer: Customer }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const { chat, pending, send, retry, change } = usePhone(bot.id, customer);
  const [editing, setEditing] = useState<SandboxMessage | null>(null);
  const [asBusiness, setAsBusiness] = useState(false);
  const typing = chat.data?.typing ?? false;
  const items = chat.data?.items ?? [];
  return (
    <section
      aria-label={t('sandbox.phoneOf', { name: customer.name })}
      className="mx-auto flex h-[min(44rem,calc(100dvh-7rem))] lg:h-[min(44rem,calc(100dvh-8.5rem))] w-full max-w-[23.5rem] flex-col overflow-hidden rounded-[2.25rem] border-[7px] border-[#1c2224] bg-[#1c2224] shadow-pop dark:border-[#2c3436]"
    >
      <p className="bg-[repeating-linear-gradient(-45deg,#f5c451_0_10px,#e9b23a_10px_20px)] py-1 text-center font-semibold text-2xs text-[#3a2600] tracking-wide">
        {t('sandbox.simulation')}
      </p>
      <header className="flex items-center gap-2.5 bg-[#075e54] px-3 py-2 text-white dark:bg-[#202c33]">
        <Avatar name={bot.name} />
        <div className="min-w-0">
          <h2 className="truncate font-medium leading-5">{bot.name}</h2>
          <p className="truncate text-xs opacity-90" aria-live="polite">
            {typing ? t('sandbox.typing') : (bot.ownNumber ?? t('bot.noNumber'))}
          </p>
        </div>
      </header>
      <Scroll
        role="log"
        label={t('sandbox.chat')}
        className="flex min-h-0 flex-1 flex-col-reverse bg-[#efeae2] dark:bg-[#0b141a]"
      >
        {chat.data && items.length === 0 && pending.length === 0 ? (
          <PhoneHint bot={bot} customer={customer} onSend={(text) => void send([{ text, file: null }], false)} />
        ) : null}
        <div className="flex flex-col gap-1.5 p-3 empty:hidden">
          {chat.error && !chat.data ? <Failure error={chat.error} onRetry={() => void chat.refetch()} /> : null}
          {items.map((message) => (
            <PhoneMessage
              key={message.id}
              message={message}
              asBusiness={asBusiness}
              onChange={(what) => change(message.id, what, asBusiness)}
              onEdit={() => setEditing(message)}
            />
          ))}
          {pending.map((message) => (
            <div key={message.id} className="contents">
              <PhoneBubble
                mine={!message.fromBusiness}
                time=""
                ticks={<AckTicks ack={message.problem === null ? 0 : -1} />}
                above={
                  message.file ? (
                    <span className="flex items-center gap-2">
                      <ChosenFile file={message.file} className="size-12" />
                      <span className="min-w-0 truncate text-xs">{message.file.name}</span>
                    </span>
                  ) : null
                }
              >
                {message.text}
              </PhoneBubble>
              {message.problem === null ? null : (
                <button
                  type="button"
                  onClick={() => void retry(message)}
                  className="flex items-center gap-1 self-end text-bad text-xs underline"
                >
                  <RotateCw aria-hidden className="size-3" />
                  {sentence(message.problem)} {t('common.tryAgain')}
                </button>
              )}
            </div>
          ))}
          {typing ? <TypingDots /> : null}
        </div>
      </Scroll>
      {editing ? (
        <PhoneEdit
          key={editing.id}
          text={editing.text}
          onSave={(text) => {
            change(editing.id, { do: 'edit', text }, asBusiness);
            setEditing(null);
          }}
          onCancel={() => setEditing(null)}
        />
      ) : (
        <PhoneComposer
          customer={customer}
          bot={bot}
          asBusiness={asBusiness}
          onAsBusiness={setAsBusiness}
          onSend={(written) => void send(written, asBusiness)}
        />
      )}
    </section>
  );
}
