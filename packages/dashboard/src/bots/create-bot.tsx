import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type BotView, createBot } from '@wbm/contracts';
import { useId } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { botsQuery, postBot } from '../api/bots.ts';
import { useSentence } from '../i18n/sentence.ts';
import { withBot } from '../live/cache.ts';
import { Button } from '../parts/button.tsx';
import { cn } from '../parts/cn.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Input, TextArea } from '../parts/input.tsx';

const form = createBot.pick({ name: true, prompt: true, timeZone: true, engine: true });
const templates = ['shop', 'clinic', 'homes', 'courses'] as const;

/** One short form: a name, what the bot should do, on which network, and where its clock is. */
export function CreateBotDialog({
  engines,
  onClose,
  onCreated,
}: {
  /** The networks there are to choose from, the one to begin with first. */
  readonly engines: readonly BotView['engine'][];
  readonly onClose: () => void;
  readonly onCreated: (bot: BotView) => void;
}) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const client = useQueryClient();
  const zones = useId();
  const { register, handleSubmit, setValue, watch, formState } = useForm({
    resolver: zodResolver(form),
    defaultValues: {
      name: '',
      prompt: '',
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      engine: engines[0] ?? 'whatsapp-web.js',
    },
  });
  const create = useMutation({
    mutationFn: postBot,
    onSuccess(bot) {
      client.setQueryData(botsQuery.queryKey, (bots) => (bots ? withBot(bots, bot) : bots));
      onCreated(bot);
    },
  });
  const prompt = watch('prompt');
  const { errors } = formState;
  return (
    <Dialog onClose={onClose} title={t('createBot.title')} description={t('createBot.words')}>
      <form className="flex flex-col gap-4 pt-2" onSubmit={handleSubmit((bot) => create.mutate(bot))}>
        <Field label={t('createBot.name')} error={errors.name ? t('form.required') : undefined}>
          {(ids) => (
            <Input
              autoFocus
              maxLength={80}
              placeholder={t('createBot.namePlaceholder')}
              {...ids}
              {...register('name')}
            />
          )}
        </Field>
        <Field
          label={t('createBot.prompt')}
          hint={t('createBot.promptHint')}
          error={errors.prompt ? t('form.required') : undefined}
        >
          {(ids) => (
            <>
              <div className="flex flex-wrap gap-1.5">
                {templates.map((template) => {
                  const words = t(`template.${template}.prompt`);
                  return (
                    <button
                      key={template}
                      type="button"
                      aria-pressed={prompt === words}
                      onClick={() => setValue('prompt', words, { shouldValidate: true })}
                      className={cn(
                        'h-7 rounded-full border px-3 font-medium text-xs transition-colors',
                        prompt === words
                          ? 'border-accent bg-accent-soft text-accent-ink'
                          : 'border-line text-muted hover:bg-hover hover:text-ink',
                      )}
                    >
                      {t(`template.${template}.title`)}
                    </button>
                  );
                })}
              </div>
              <TextArea rows={6} maxLength={20_000} {...ids} {...register('prompt')} />
            </>
          )}
        </Field>
        {engines.length > 1 ? (
          <fieldset className="flex flex-col gap-1.5">
            <legend className="mb-1.5 font-medium text-sm">{t('createBot.engine')}</legend>
            <div className="grid gap-2 sm:grid-cols-2">
              {engines.map((engine) => (
                <label
                  key={engine}
                  className="flex cursor-pointer gap-2.5 rounded-lg border border-line-strong/70 p-3 text-sm transition-colors hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2"
                >
                  <input
                    type="radio"
                    value={engine}
                    className="mt-1 self-start accent-accent outline-none"
                    {...register('engine')}
                  />
                  <span>
                    <span className="block font-medium">{t(`createBot.engines.${engine}`)}</span>
                    <span className="block text-muted text-xs">{t(`createBot.engineWords.${engine}`)}</span>
                  </span>
                </label>
              ))}
            </div>
          </fieldset>
        ) : null}
        <Field
          label={t('createBot.timeZone')}
          hint={t('createBot.timeZoneHint')}
          error={errors.timeZone ? t('createBot.timeZoneError') : undefined}
        >
          {(ids) => (
            <>
              <Input list={zones} {...ids} {...register('timeZone')} />
              <datalist id={zones}>
                {Intl.supportedValuesOf('timeZone').map((zone) => (
                  <option key={zone} value={zone} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        {create.error ? (
          <p role="alert" className="text-bad text-sm">
            {sentence(create.error)}
          </p>
        ) : null}
        <div className="flex items-center justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" look="primary" busy={create.isPending}>
            {t('createBot.create')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
