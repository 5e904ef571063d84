import { useTranslation } from 'react-i18next';
import type { AnyBot } from '../api/bots.ts';
import type { Customer } from './customers.ts';

/** What an empty phone says: whose it is, and how to begin. */
export function PhoneHint({
  bot,
  customer,
  onSend,
}: {
  readonly bot: AnyBot;
  readonly customer: Customer;
  readonly onSend: (text: string) => void;
}) {
  const { t } = useTranslation();
  const hello = t('sandbox.burst.one');
  return (
    <div className="m-auto flex max-w-64 flex-col items-center px-4 py-8 text-center text-[#111b21] dark:text-[#e9edef]">
      <span
        aria-hidden
        className="mb-3 grid size-16 place-items-center rounded-full bg-white text-3xl shadow-sm dark:bg-[#202c33]"
      >
        👋
      </span>
      <p className="font-semibold">{t('sandbox.hello.title', { bot: bot.name })}</p>
      <p className="mt-1 text-balance text-[#54656f] text-sm dark:text-[#b6c2c8]">
        {bot.state === 'ready'
          ? t('sandbox.hello.words', { name: customer.name })
          : t('sandbox.hello.notReady', { name: customer.name })}
      </p>
      <button
        type="button"
        onClick={() => onSend(hello)}
        className="mt-4 rounded-full bg-[#d9fdd3] px-4 py-1.5 font-medium text-sm shadow-sm hover:bg-[#c6f5be] dark:bg-[#005c4b] dark:hover:bg-[#006b57]"
      >
        {hello}
      </button>
    </div>
  );
}
