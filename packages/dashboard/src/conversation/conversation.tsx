import { useQuery } from '@tanstack/react-query';
import type { TakeoverResult } from '@wbm/contracts';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { botsQuery } from '../api/bots.ts';
import { leadQuery } from '../api/leads.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Failure } from '../parts/failure.tsx';
import { useSession } from '../shell/session.ts';
import { useShortcuts } from '../shortcuts/use-shortcuts.ts';
import { ConversationHeader } from './conversation-header.tsx';
import { addFiles } from './drafts.ts';
import { DropZone } from './drop-zone.tsx';
import { FactsPanel } from './facts-panel.tsx';
import { LeavingNotice } from './leaving-notice.tsx';
import { MediaOff } from './media-off.tsx';
import { MessageList, type Wanted } from './message-list.tsx';
import { holderOf, useOwnership } from './ownership.ts';
import { SpeakBar } from './speak-bar.tsx';

/** One lead's chat: who wrote what, who may speak now, and what is known. Give it a `key` of the lead. */
export function Conversation({
  leadId,
  onBack,
  alwaysBack = false,
}: {
  readonly leadId: number;
  readonly onBack: () => void;
  /** The way back is shown on a desk too. */
  readonly alwaysBack?: boolean;
}) {
  const { t } = useTranslation();
  const { user, role } = useSession();
  const { data: lead, error, refetch } = useQuery(leadQuery(leadId));
  const bots = useQuery(botsQuery).data ?? [];
  const [leaving, setLeaving] = useState<TakeoverResult['leaving']>([]);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const [showsFacts, setShowsFacts] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  const ownership = useOwnership(leadId, setLeaving);
  const holder = lead ? holderOf(lead, user.email) : 'bot';
  const bot = bots.find(({ id }) => id === lead?.botId);
  const speaks = holder === 'me' && lead?.writeFirst === null;
  const takesFiles = bot?.capabilities['media-out']?.available !== false;
  const claimable = holder === 'bot' || holder === 'phone';

  function claim(): void {
    if (claimable && !ownership.claim.isPending) {
      ownership.claim.mutate(undefined, { onSuccess: () => setTimeout(() => input.current?.focus()) });
    }
  }
  function goTo(messageId: number): void {
    setShowsFacts(false);
    setWanted({ messageId, nonce: Date.now() });
  }
  useShortcuts({ c: claim, r: () => input.current?.focus() });

  if (error && !lead) return <Failure error={error} onRetry={() => void refetch()} />;
  const facts = lead ? <FactsPanel lead={lead} onEvidence={goTo} /> : null;
  return (
    <div className="flex h-full" data-immersed="">
      <DropZone
        className="relative flex min-w-0 flex-1 flex-col"
        onDrop={speaks && takesFiles ? (files) => addFiles(leadId, files) : undefined}
      >
        <ConversationHeader
          lead={lead}
          holder={holder}
          alwaysBack={alwaysBack}
          onBack={onBack}
          onFacts={() => setShowsFacts(true)}
          onRelease={() => ownership.release.mutate()}
          releasing={ownership.release.isPending}
        />
        <MediaOff bot={bot} />
        <div className="min-h-0 flex-1 bg-chat">
          <MessageList leadId={leadId} botZone={bot?.timeZone} wanted={wanted} />
        </div>
        <LeavingNotice leadId={leadId} leaving={leaving} onShow={goTo} onClose={() => setLeaving([])} />
        {lead ? (
          <SpeakBar
            lead={lead}
            holder={holder}
            takesFiles={takesFiles}
            mayTakeOver={role === 'admin'}
            claiming={ownership.claim.isPending || ownership.takeOver.isPending}
            onClaim={claim}
            onTakeOver={() => ownership.takeOver.mutate()}
            inputRef={input}
          />
        ) : null}
      </DropZone>
      <aside
        aria-label={t('facts.panel')}
        className="hidden w-76 shrink-0 overflow-y-auto border-line border-s bg-surface p-4 xl:block"
      >
        {facts}
      </aside>
      <Dialog open={showsFacts} onClose={() => setShowsFacts(false)} title={t('facts.panel')} side="right">
        {facts}
      </Dialog>
    </div>
  );
}
