import { capabilityNames } from '@wbm/domain';
import { Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AnyBot } from '../api/bots.ts';
import { cn } from '../parts/cn.ts';
import { Notice } from '../parts/notice.tsx';

/** What a bot's session cannot do at the moment; nothing when all of it works. */
export function SwitchedOff({ bot, className }: { readonly bot: AnyBot; readonly className?: string }) {
  const { t } = useTranslation();
  const off = capabilityNames.flatMap((name) => {
    const checked = bot.capabilities[name];
    return checked && !checked.available ? [{ name, reason: checked.reason }] : [];
  });
  if (off.length === 0) return null;
  return (
    <Notice icon={Unplug} tone="warn" live className={cn(className)}>
      <p className="font-medium">{t('capability.title')}</p>
      <ul className="mt-0.5 flex flex-col gap-0.5 text-xs">
        {off.map(({ name, reason }) => (
          <li key={name}>
            {t(`capability.${name}`)}
            {reason === null ? null : <span className="block">{reason}</span>}
          </li>
        ))}
      </ul>
      <p className="mt-1 text-xs">{t('capability.textFlows')}</p>
    </Notice>
  );
}
