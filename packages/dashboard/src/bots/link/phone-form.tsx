import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type BotView, pairByCode } from '@wbm/contracts';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { askPairingCode, botsQuery } from '../../api/bots.ts';
import { useSentence } from '../../i18n/sentence.ts';
import { withBot } from '../../live/cache.ts';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Input } from '../../parts/input.tsx';
import { useCodeWait } from './code-wait.ts';
import { Reason } from './reason.tsx';

/** However it was typed: with spaces, brackets or without the plus. */
const form = z.object({
  phone: z
    .string()
    .transform((typed) => `+${typed.replace(/\D/g, '')}`)
    .pipe(pairByCode.shape.phone),
});

/** Asks for the number that is to be linked, because WhatsApp makes the code for it alone. */
export function PhoneForm({ bot }: { readonly bot: BotView }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const client = useQueryClient();
  const { register, handleSubmit, formState } = useForm({
    resolver: zodResolver(form),
    defaultValues: { phone: bot.ownNumber ?? '' },
  });
  const { wait, begin, forget } = useCodeWait(bot.stateReason);
  const ask = useMutation({
    mutationFn: ({ phone }: { readonly phone: string }) => askPairingCode(bot.id, phone),
    onMutate: begin,
    onError: forget,
    onSuccess: (now) => client.setQueryData(botsQuery.queryKey, (bots) => (bots ? withBot(bots, now) : bots)),
  });
  const busy = ask.isPending || wait?.ended === 'no';
  const why = ask.error ? sentence(ask.error) : wait?.ended === 'late' ? t('link.noCode') : (wait?.why ?? null);
  return (
    <form className="flex flex-col gap-4" onSubmit={handleSubmit((typed) => ask.mutate(typed))}>
      <Field
        label={t('link.phone')}
        hint={t('link.phoneHint')}
        error={formState.errors.phone ? t('link.phoneError') : undefined}
      >
        {(ids) => (
          <Input type="tel" autoComplete="off" placeholder="+55 11 91234-5678" {...ids} {...register('phone')} />
        )}
      </Field>
      {why === null ? (
        <Reason bot={bot} />
      ) : (
        <p role="alert" className="text-bad text-sm">
          {why}
        </p>
      )}
      <Button type="submit" look="primary" busy={busy} className="sm:self-start">
        {busy ? t('link.asking') : t('link.ask')}
      </Button>
    </form>
  );
}
