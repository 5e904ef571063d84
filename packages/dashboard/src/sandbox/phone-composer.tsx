import { SendHorizontal } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnyBot } from '../api/bots.ts';
import { Switch } from '../parts/switch.tsx';
import type { Customer } from './customers.ts';

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
  readonly onSend: (texts: readonly string[]) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState('');
  const placeholder = asBusiness
    ? t('sandbox.writeAsBusiness', { bot: bot.name })
    : t('sandbox.writeAs', { name: customer.name });
  return (
    <div className={asBusiness ? 'bg-bubble-phone' : 'bg-[#f0f2f5] dark:bg-[#111b21]'}>
      <form
        className="flex items-center gap-2 p-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() === '') return;
          onSend([text.trim()]);
          setText('');
        }}
      >
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
          className="h-10 min-w-0 flex-1 rounded-full bg-white px-4 text-[#111b21] text-lg sm:text-base dark:bg-[#2a3942] dark:text-[#e9edef]"
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
            onSend(burst.map((n) => t(`sandbox.burst.${n}`, { name: customer.name, phone: customer.phone })))
          }
          className="rounded-md px-2 py-1 font-medium text-accent-ink text-sm hover:bg-black/5 disabled:opacity-50 dark:hover:bg-white/10"
        >
          {t('sandbox.sendBurst', { count: burst.length })}
        </button>
      </div>
    </div>
  );
}
