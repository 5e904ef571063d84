import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FeaturesView, putFeatures } from '@wbm/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AnyBot, featuresQuery, saveFeatures } from '../../api/bots.ts';
import { Field } from '../../parts/field.tsx';
import { Input } from '../../parts/input.tsx';
import { notify } from '../../parts/notify.ts';
import { Switch } from '../../parts/switch.tsx';
import { type Saved, useEdited } from './edited.ts';
import { FormEnd } from './form-end.tsx';

const switches = ['autoResponseEnabled', 'leadCaptureEnabled', 'workingHoursEnabled'] as const;
const valuesOf = ({ botId: _bot, updatedAt: _at, version: _version, ...values }: FeaturesView) => values;

/** What a bot does by itself, and when. */
export function FeaturesForm({
  bot,
  features,
  onTouched,
  onSaved,
  onClose,
}: {
  readonly bot: AnyBot;
  readonly features: FeaturesView;
  readonly onTouched: (touched: boolean) => void;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [saved, setSaved] = useState<Saved<FeaturesView> | null>(null);
  const { opened, typed, type, load } = useEdited(features, valuesOf, { saved, onTouched });
  const [tried, setTried] = useState(false);
  const hours = [
    { name: 'workingHoursStart', label: t('features.from') },
    { name: 'workingHoursEnd', label: t('features.to') },
  ] as const;
  const wrong = hours.filter(({ name }) => !putFeatures.shape[name].safeParse(typed[name]).success);
  const save = useMutation({
    mutationFn: async (): Promise<Saved<FeaturesView>> => {
      const over = opened.version;
      return { over, settings: await saveFeatures(bot.id, { ...typed, version: over }) };
    },
    onSuccess(now) {
      client.setQueryData(featuresQuery(bot.id).queryKey, now.settings);
      notify.success(t('features.saved'));
      setSaved(now);
      onSaved();
    },
    // Whoever was faster: their version is here before it is said that they were.
    onError: () => client.invalidateQueries(featuresQuery(bot.id)),
  });
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (wrong.length === 0) save.mutate();
      }}
    >
      {switches.map((name) => (
        <Switch
          key={name}
          label={t(`features.${name}`)}
          hint={t(`features.${name}Hint`, { zone: bot.timeZone })}
          checked={typed[name]}
          onChange={(on) => type({ [name]: on })}
        />
      ))}
      {typed.workingHoursEnabled || wrong.length > 0 ? (
        <div className="grid grid-cols-2 gap-3">
          {hours.map(({ name, label }) => (
            <Field
              key={name}
              label={label}
              error={tried && wrong.some((hour) => hour.name === name) ? t('form.invalid') : undefined}
            >
              {(ids) => (
                <Input
                  type="time"
                  {...ids}
                  value={typed[name]}
                  onChange={({ target }) => type({ [name]: target.value })}
                />
              )}
            </Field>
          ))}
        </div>
      ) : null}
      <FormEnd
        problem={save.error}
        busy={save.isPending}
        onClose={onClose}
        onLoad={() => {
          load();
          save.reset();
        }}
      />
    </form>
  );
}
