import { useQuery } from '@tanstack/react-query';
import { Plus, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { botsQuery } from '../api/bots.ts';
import { CreateBotDialog } from '../bots/create-bot.tsx';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { Failure } from '../parts/failure.tsx';
import { Page } from '../parts/page.tsx';
import { PageSkeleton } from '../shell/page-skeleton.tsx';
import { ScriptedNote } from '../shell/scripted-note.tsx';
import { useSession } from '../shell/session.ts';
import { BotPanel } from './bot-panel.tsx';
import { CustomerPicker } from './customer-picker.tsx';
import { useCustomers } from './customers.ts';
import { Phone } from './phone.tsx';
import type { SandboxSearch } from './search.ts';
import { TracePanel } from './trace-panel.tsx';

/** A phone on the page: be the customer, and watch what becomes of the conversation. */
export function SandboxPage({
  search,
  onSearch,
}: {
  readonly search: SandboxSearch;
  readonly onSearch: (change: (previous: SandboxSearch) => SandboxSearch) => void;
}) {
  const { t } = useTranslation();
  const { role, mode } = useSession();
  const { data, error, refetch } = useQuery(botsQuery);
  const customers = useCustomers();
  const [creates, setCreates] = useState(false);

  if (mode !== 'embedded') {
    return (
      <Empty icon={Smartphone} title={t('sandbox.off')}>
        {t('sandbox.offWords')}
      </Empty>
    );
  }
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <PageSkeleton />;

  const bots = data.filter((b) => b.engine === 'sandbox');
  const bot = bots.find((b) => b.id === search.bot) ?? bots[0];
  const customer = customers.find((c) => c.phone === search.phone) ?? customers[0];
  const create = role === 'admin' ? () => setCreates(true) : undefined;
  const dialog = creates ? (
    <CreateBotDialog
      engines={['sandbox']}
      onClose={() => setCreates(false)}
      onCreated={(created) => {
        setCreates(false);
        onSearch((previous) => ({ ...previous, bot: created.id }));
      }}
    />
  ) : null;
  if (!bot || !customer) {
    return (
      <>
        <Empty
          icon={Smartphone}
          title={t('sandbox.noBot')}
          action={
            create ? (
              <Button look="primary" onClick={create}>
                <Plus />
                {t('createBot.open')}
              </Button>
            ) : null
          }
        >
          {create ? t('sandbox.noBotAdmin') : t('sandbox.noBotVendor')}
        </Empty>
        {dialog}
      </>
    );
  }
  const chosen =
    search.phone === undefined || customer.phone === search.phone
      ? customer
      : { name: search.phone, phone: search.phone };
  return (
    <Page title={t('sandbox.title')} words={t('sandbox.words')} className="h-full">
      <ScriptedNote className="lg:hidden" />
      <div className="grid min-h-0 flex-1 gap-6 max-lg:pb-4 lg:grid-cols-[16.5rem_minmax(0,1fr)_16.5rem]">
        <div className="flex min-w-0 flex-col gap-6">
          <BotPanel
            bots={bots}
            bot={bot}
            onChoose={(id) => onSearch((previous) => ({ ...previous, bot: id }))}
            onCreate={create}
          />
          <CustomerPicker
            customers={customers}
            chosen={chosen.phone}
            onChoose={(phone) => onSearch((previous) => ({ ...previous, phone }))}
          />
        </div>
        <Phone key={`${bot.id}/${chosen.phone}`} bot={bot} customer={chosen} />
        <TracePanel key={`${bot.id} ${chosen.phone}`} botId={bot.id} customer={chosen} />
      </div>
      {dialog}
    </Page>
  );
}
