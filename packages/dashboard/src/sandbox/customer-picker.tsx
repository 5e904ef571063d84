import { zodResolver } from '@hookform/resolvers/zod';
import { sandboxPhone } from '@wbm/contracts';
import { UserRoundPlus } from 'lucide-react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { Avatar } from '../parts/avatar.tsx';
import { Button } from '../parts/button.tsx';
import { cn } from '../parts/cn.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Input } from '../parts/input.tsx';
import { type Customer, inventCustomer, tidyPhone } from './customers.ts';

const form = z.object({
  name: z.string().trim().min(1).max(80),
  phone: z.string().transform(tidyPhone).pipe(sandboxPhone),
});

/** Whose phone is in your hand. */
export function CustomerPicker({
  customers,
  chosen,
  onChoose,
}: {
  readonly customers: readonly Customer[];
  readonly chosen: string;
  readonly onChoose: (phone: string) => void;
}) {
  const { t } = useTranslation();
  const [invents, setInvents] = useState(false);
  return (
    <section aria-labelledby="customers">
      <div className="mb-2 flex items-center justify-between">
        <h2 id="customers" className="font-medium text-muted text-sm">
          {t('sandbox.customer')}
        </h2>
        <Button size="sm" look="quiet" onClick={() => setInvents(true)}>
          <UserRoundPlus />
          {t('sandbox.invent')}
        </Button>
      </div>
      <ul className="flex gap-1.5 overflow-x-auto p-0.5 lg:flex-col lg:gap-0.5">
        {customers.map((customer) => (
          <li key={customer.phone} className="shrink-0">
            <button
              type="button"
              aria-pressed={customer.phone === chosen}
              onClick={() => onChoose(customer.phone)}
              className={cn(
                'flex w-full items-center gap-2.5 rounded-lg px-2 py-1.5 text-start transition-colors',
                customer.phone === chosen ? 'bg-accent-soft' : 'hover:bg-hover',
              )}
            >
              <Avatar name={customer.name} className="size-8" />
              <span className="min-w-0">
                <span className="block truncate font-medium text-sm leading-4">{customer.name}</span>
                <span className="block truncate text-muted text-xs leading-4 tabular-nums">{customer.phone}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {invents ? (
        <InventDialog
          onClose={() => setInvents(false)}
          onInvented={(customer) => {
            inventCustomer(customer);
            onChoose(customer.phone);
            setInvents(false);
          }}
        />
      ) : null}
    </section>
  );
}

function InventDialog({
  onClose,
  onInvented,
}: {
  readonly onClose: () => void;
  readonly onInvented: (customer: Customer) => void;
}) {
  const { t } = useTranslation();
  const { register, handleSubmit, formState } = useForm({
    resolver: zodResolver(form),
    defaultValues: { name: '', phone: `+1555${Math.floor(1_000_000 + Math.random() * 8_999_999)}` },
  });
  return (
    <Dialog onClose={onClose} title={t('sandbox.inventTitle')} description={t('sandbox.inventWords')}>
      <form className="flex flex-col gap-4 pt-2" onSubmit={handleSubmit(onInvented)}>
        <Field label={t('field.name')} error={formState.errors.name ? t('form.required') : undefined}>
          {(ids) => <Input autoFocus maxLength={80} {...ids} {...register('name')} />}
        </Field>
        <Field
          label={t('field.phone')}
          hint={t('sandbox.phoneHint')}
          error={formState.errors.phone ? t('sandbox.phoneError') : undefined}
        >
          {(ids) => <Input inputMode="tel" {...ids} {...register('phone')} />}
        </Field>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" look="primary">
            {t('sandbox.take')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
