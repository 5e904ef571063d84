import { useQuery } from '@tanstack/react-query';
import type { BotView } from '@wbm/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AnyBot, featuresQuery, isWhole } from '../../api/bots.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import type { Saved } from './edited.ts';
import { FeaturesForm } from './features-form.tsx';
import { MissedForm } from './missed-form.tsx';
import type { BotFormProps } from './save-bot.ts';
import { SendingForm } from './sending-form.tsx';

const all = ['features', 'missed', 'sending'] as const;
type Subject = (typeof all)[number];

/**
 * What a bot does by itself. Each subject is saved by itself; what was typed under one survives a look at another, and
 * the saving of it: the window closes when nothing is left that is not saved.
 */
export function SettingsDialog({ bot, onClose }: { readonly bot: AnyBot; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<Subject>('features');
  const [saved, setSaved] = useState<Saved<BotView> | null>(null);
  const [unsaved] = useState(() => new Set<Subject>());
  const { data, error, refetch } = useQuery(featuresQuery(bot.id));
  const whole = isWhole(bot) ? bot : null;
  function touch(subject: Subject, touched: boolean): void {
    if (touched) unsaved.add(subject);
    else unsaved.delete(subject);
  }
  function settle(subject: Subject): void {
    unsaved.delete(subject);
    if (unsaved.size === 0) onClose();
  }
  const forBot = (subject: Subject, of: BotView): BotFormProps => ({
    bot: of,
    saved,
    onTouched: (touched) => touch(subject, touched),
    onSaved(now) {
      setSaved(now);
      settle(subject);
    },
    onClose,
  });
  const forms = {
    features: data ? (
      <FeaturesForm
        bot={bot}
        features={data}
        onTouched={(touched) => touch('features', touched)}
        onSaved={() => settle('features')}
        onClose={onClose}
      />
    ) : error ? (
      <Failure error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton className="my-4 h-40" />
    ),
    missed: whole ? <MissedForm {...forBot('missed', whole)} /> : null,
    sending: whole ? <SendingForm {...forBot('sending', whole)} /> : null,
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
