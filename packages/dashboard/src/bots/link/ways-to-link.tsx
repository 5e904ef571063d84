import type { BotView } from '@wbm/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Steps } from '../../parts/steps.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { PhoneForm } from './phone-form.tsx';
import { QrShown } from './qr-shown.tsx';
import { Reason } from './reason.tsx';

/** A QR code to scan, or a code to type for who has no camera at hand. */
export function WaysToLink({ bot }: { readonly bot: BotView }) {
  const { t } = useTranslation();
  const [way, setWay] = useState<'scan' | 'code'>('scan');
  return (
    <Tabs
      label={t('link.ways')}
      tabs={[
        { value: 'scan', label: t('link.scan') },
        { value: 'code', label: t('link.code') },
      ]}
      value={way}
      onChange={setWay}
    >
      {(row, panel) => (
        <>
          {row}
          <div {...panel} className="pt-4">
            {way === 'scan' ? (
              <div className="flex flex-col gap-4">
                <Reason bot={bot} />
                <div className="flex flex-col items-center gap-5 sm:flex-row sm:items-start">
                  <QrShown key={bot.qr} bot={bot} />
                  <div className="flex flex-col gap-3">
                    <h3 className="font-medium text-sm">{t('link.how')}</h3>
                    <Steps
                      steps={[t('link.step.open'), t('link.step.menu'), t('link.step.devices'), t('link.step.point')]}
                    />
                  </div>
                </div>
              </div>
            ) : (
              <PhoneForm bot={bot} />
            )}
          </div>
        </>
      )}
    </Tabs>
  );
}
