import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AnyBot, featuresQuery, isWhole } from '../../api/bots.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { FeaturesForm } from './features-form.tsx';
import { MissedForm } from './missed-form.tsx';
import { SendingForm } from './sending-form.tsx';

const all = ['features', 'missed', 'sending'] as const;

/** What a bot does by itself. Each subject is saved by itself; what was typed under one survives a look at another. */
export function SettingsDialog({ bot, onClose }: { readonly bot: AnyBot; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<(typeof all)[number]>('features');
  const { data, error, refetch } = useQuery(featuresQuery(bot.id));
  const whole = isWhole(bot) ? bot : null;
  const forms = {
    features: data ? (
      <FeaturesForm bot={bot} features={data} onClose={onClose} />
    ) : error ? (
      <Failure error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton className="my-4 h-40" />
    ),
    missed: whole ? <MissedForm bot={whole} onClose={onClose} /> : null,
    sending: whole ? <SendingForm bot={whole} onClose={onClose} /> : null,
  };
  return (
    <Dialog onClose={onClose} title={t('settings.title', { bot: bot.name })}>
      <Tabs
        label={t('settings.subjects')}
        tabs={all.map((value) => ({ value, label: t(`settings.tab.${value}`) }))}
        value={shown}
        onChange={setShown}
      >
        {(row, panel) => (
          <>
            <div className="pt-2">{row}</div>
            {all.map((subject) => (
              <div key={subject} {...(subject === shown ? panel : { hidden: true })} className="pt-3">
                {forms[subject]}
              </div>
            ))}
          </>
        )}
      </Tabs>
    </Dialog>
  );
}
