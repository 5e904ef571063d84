import { capabilityNames } from '@wbm/domain';
import { Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AnyBot } from '../api/bots.ts';
import { Notice } from '../parts/notice.tsx';
import { Why } from '../parts/why.tsx';

/** What a bot's session cannot do at the moment; nothing when all of it works. */
export function SwitchedOff({ bot, className }: { readonly bot: AnyBot; readonly className: string }) {
  const { t } = useTranslation();
  const off = capabilityNames.filter((name) => bot.capabilities[name]?.available === false);
  if (off.length === 0) return null;
  return (
    <Notice icon={Unplug} tone="warn" live className={className}>
      <p className="font-medium">{t('capability.title')}</p>
      <ul className="mt-0.5 list-disc ps-4 text-xs">
        {off.map((name) => (
          <li key={name}>{t(`capability.${name}`)}</li>
        ))}
      </ul>
      <Why reasons={off.flatMap((name) => bot.capabilities[name]?.reason ?? [])} />
    </Notice>
  );
}
