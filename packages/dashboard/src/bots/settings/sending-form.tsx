import { useQuery } from '@tanstack/react-query';
import { type BotView, updateBot } from '@wbm/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sendingQuery } from '../../api/sending.ts';
import { Failure } from '../../parts/failure.tsx';
import { Field } from '../../parts/field.tsx';
import { Input } from '../../parts/input.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { useEdited } from './edited.ts';
import { FormEnd } from './form-end.tsx';
import { limitOf } from './limit.ts';
import { type BotFormProps, useSaveBot } from './save-bot.ts';
import { SendingUse } from './sending-use.tsx';

const valuesOf = ({ sendPerMinute, sendPerDay }: BotView) => ({
  perMinute: sendPerMinute?.toString() ?? '',
  perDay: sendPerDay?.toString() ?? '',
});

/** How much a bot may send: what its number's age allows, what it has used of that, and what a person set instead. */
export function SendingForm({ bot, saved, onTouched, onSaved, onClose }: BotFormProps) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(sendingQuery(bot.id));
  const { opened, typed, type, load } = useEdited(bot, valuesOf, { saved, onTouched });
  const { save, problem, busy, forget } = useSaveBot(opened, onSaved);
  const [tried, setTried] = useState(false);
  const perMinute = limitOf(typed.perMinute, updateBot.shape.sendPerMinute);
  const perDay = limitOf(typed.perDay, updateBot.shape.sendPerDay);
  const fields = [
    { name: 'perMinute', wrong: perMinute === 'wrong' },
    { name: 'perDay', wrong: perDay === 'wrong' },
  ] as const;
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (perMinute === 'wrong' || perDay === 'wrong') return;
        save({ sendPerMinute: perMinute, sendPerDay: perDay });
      }}
    >
      <p className="text-muted text-sm">{t('sending.words')}</p>
      {data ? <SendingUse sending={data} /> : null}
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {data || error ? null : <Skeleton className="h-28" />}
      <div className="grid grid-cols-2 gap-3">
        {fields.map(({ name, wrong }) => (
          <Field
            key={name}
            label={t(`sending.${name}`)}
            hint={t('sending.automatic')}
            error={tried && wrong ? t(`sending.${name}Error`) : undefined}
          >
            {(ids) => (
              <Input
                inputMode="numeric"
                autoComplete="off"
                placeholder={t('sending.placeholder')}
                value={typed[name]}
                onChange={({ target }) => type({ [name]: target.value })}
                {...ids}
              />
            )}
          </Field>
        ))}
      </div>
      <FormEnd
        problem={problem}
        busy={busy}
        onClose={onClose}
        onLoad={() => {
          load();
          forget();
        }}
      />
    </form>
  );
}
