import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FeaturesView, putFeatures } from '@wbm/contracts';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { type AnyBot, featuresQuery, saveFeatures } from '../../api/bots.ts';
import { Field } from '../../parts/field.tsx';
import { Input } from '../../parts/input.tsx';
import { notify } from '../../parts/notify.ts';
import { Switch } from '../../parts/switch.tsx';
import { FormEnd } from './form-end.tsx';

const switches = ['autoResponseEnabled', 'leadCaptureEnabled', 'workingHoursEnabled'] as const;

/** What a bot does by itself, and when. */
export function FeaturesForm({
  bot,
  features,
  onClose,
}: {
  readonly bot: AnyBot;
  readonly features: FeaturesView;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { control, register, handleSubmit, watch, formState } = useForm({
    resolver: zodResolver(putFeatures),
    defaultValues: features,
  });
  const save = useMutation({
    mutationFn: (changed: Parameters<typeof saveFeatures>[1]) => saveFeatures(bot.id, changed),
    onSuccess(saved) {
      client.setQueryData(featuresQuery(bot.id).queryKey, saved);
      notify.success(t('features.saved'));
      onClose();
    },
  });
  return (
    <form className="flex flex-col gap-4" onSubmit={handleSubmit((changed) => save.mutate(changed))}>
      {switches.map((name) => (
        <Controller
          key={name}
          control={control}
          name={name}
          render={({ field }) => (
            <Switch
              label={t(`features.${name}`)}
              hint={t(`features.${name}Hint`, { zone: bot.timeZone })}
              checked={field.value}
              onChange={field.onChange}
            />
          )}
        />
      ))}
      {watch('workingHoursEnabled') ? (
        <div className="grid grid-cols-2 gap-3">
          <Field label={t('features.from')} error={formState.errors.workingHoursStart ? t('form.invalid') : undefined}>
            {(ids) => <Input type="time" {...ids} {...register('workingHoursStart')} />}
          </Field>
          <Field label={t('features.to')} error={formState.errors.workingHoursEnd ? t('form.invalid') : undefined}>
            {(ids) => <Input type="time" {...ids} {...register('workingHoursEnd')} />}
          </Field>
        </div>
      ) : null}
      <FormEnd problem={save.error} busy={save.isPending} onClose={onClose} />
    </form>
  );
}
