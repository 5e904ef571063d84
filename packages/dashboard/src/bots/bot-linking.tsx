import type { BotView } from '@wbm/contracts';
import { Maximize2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Qr, QrSkeleton } from '../parts/qr.tsx';
import { groupedCode } from './link/link-stage.ts';

/** On the card: the code of this moment, to be scanned from here or opened large. */
export function BotLinking({ bot, onOpen }: { readonly bot: BotView; readonly onOpen: () => void }) {
  const { t } = useTranslation();
  if (bot.state === 'needs-passkey') return null;
  if (bot.state === 'pairing-code') {
    return bot.pairingCode === null ? null : (
      <span className="select-all self-start rounded-lg bg-sunken px-2.5 py-1.5 font-mono font-semibold tracking-wider">
        {groupedCode(bot.pairingCode)}
      </span>
    );
  }
  if (bot.qr === null) return <QrSkeleton size={104} />;
  return (
    <button
      type="button"
      onClick={onOpen}
      aria-label={t('link.enlarge', { bot: bot.name })}
      className="group relative shrink-0 self-start rounded-lg border border-line"
    >
      <Qr value={bot.qr} size={104} title={t('link.qr', { bot: bot.name })} />
      <span className="absolute end-1 bottom-1 grid size-6 place-items-center rounded-md bg-ink text-canvas opacity-0 transition-opacity group-hover:opacity-90 group-focus-visible:opacity-90">
        <Maximize2 aria-hidden className="size-3.5" />
      </span>
    </button>
  );
}
