import { useQuery } from '@tanstack/react-query';
import { type BotView, updateBot } from '@wbm/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sendingQuery } from '../../api/sending.ts';
import { Failure } from '../../parts/failure.tsx';
import { Field } from '../../parts/field.tsx';
import { Input } from '../../parts/input.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { FormEnd } from './form-end.tsx';
import { limitOf } from './limit.ts';
import { useSaveBot } from './save-bot.ts';
import { SendingUse } from './sending-use.tsx';

/** How much a bot may send: what its number's age allows, what it has used of that, and what a person set instead. */
export function SendingForm({ bot, onClose }: { readonly bot: BotView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(sendingQuery(bot.id));
  const [minute, setMinute] = useState(bot.sendPerMinute?.toString() ?? '');
  const [day, setDay] = useState(bot.sendPerDay?.toString() ?? '');
  const [tried, setTried] = useState(false);
  const save = useSaveBot(bot, onClose);
  const perMinute = limitOf(minute, updateBot.shape.sendPerMinute);
  const perDay = limitOf(day, updateBot.shape.sendPerDay);
  const fields = [
    { name: 'perMinute', typed: minute, type: setMinute, wrong: perMinute === 'wrong' },
    { name: 'perDay', typed: day, type: setDay, wrong: perDay === 'wrong' },
  ] as const;
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (perMinute === 'wrong' || perDay === 'wrong') return;
        save.mutate({ sendPerMinute: perMinute, sendPerDay: perDay });
      }}
    >
      <p className="text-muted text-sm">{t('sending.words')}</p>
      {data ? <SendingUse sending={data} /> : null}
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {data || error ? null : <Skeleton className="h-28" />}
      <div className="grid grid-cols-2 gap-3">
        {fields.map(({ name, typed, type, wrong }) => (
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
                value={typed}
                onChange={({ target }) => type(target.value)}
                {...ids}
              />
            )}
          </Field>
        ))}
      </div>
      <FormEnd problem={save.error} busy={save.isPending} onClose={onClose} />
    </form>
  );
}
