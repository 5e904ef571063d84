import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FeaturesView, putFeatures } from '@wbm/contracts';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { type AnyBot, featuresQuery, saveFeatures } from '../api/bots.ts';
import { useSentence } from '../i18n/sentence.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Failure } from '../parts/failure.tsx';
import { Field } from '../parts/field.tsx';
import { Input } from '../parts/input.tsx';
import { notify } from '../parts/notify.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { Switch } from '../parts/switch.tsx';

/** What a bot does by itself, and when. */
export function FeaturesDialog({ bot, onClose }: { readonly bot: AnyBot; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(featuresQuery(bot.id));
  return (
    <Dialog onClose={onClose} title={t('features.title', { bot: bot.name })}>
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {data ? <FeaturesForm key={data.version} bot={bot} features={data} onClose={onClose} /> : null}
      {data || error ? null : <Skeleton className="my-4 h-40" />}
    </Dialog>
  );
}

const switches = ['autoResponseEnabled', 'leadCaptureEnabled', 'workingHoursEnabled'] as const;

function FeaturesForm({
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
  const sentence = useSentence();
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
    onError: (problem) => notify.error(sentence(problem)),
  });
  return (
    <form className="flex flex-col gap-4 pt-2" onSubmit={handleSubmit((changed) => save.mutate(changed))}>
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
      <div className="mt-1 flex justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" look="primary" busy={save.isPending}>
          {t('common.save')}
        </Button>
      </div>
    </form>
  );
}
