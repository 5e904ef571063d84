import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { LeadDetail, LeadView, TakeoverResult } from '@wbm/contracts';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { assignLead, claimLead, leadQuery, releaseLead } from '../api/leads.ts';
import { ApiProblem } from '../api/problem.ts';
import { useSentence } from '../i18n/sentence.ts';
import { applyLead } from '../live/apply.ts';
import { notify } from '../parts/notify.ts';
import { useSession } from '../shell/session.ts';

/** Whose turn it is to speak, as the viewer sees it. */
export type Holder = 'bot' | 'me' | 'other' | 'phone';

/** Pure. `phone`: somebody answered on the business's own phone and nobody claimed it here. */
export function holderOf(lead: LeadView, me: string): Holder {
  if (lead.assignedTo !== null) return lead.assignedTo === me ? 'me' : 'other';
  return lead.owner === 'bot' ? 'bot' : 'phone';
}

/** Claiming, taking over from a colleague, and giving the chat back to the bot. */
export function useOwnership(leadId: number, onLeaving: (leaving: TakeoverResult['leaving']) => void) {
  const client = useQueryClient();
  const { t } = useTranslation();
  const sentence = useSentence();
  const { user } = useSession();
  const { queryKey } = leadQuery(leadId);

  function taken(result: TakeoverResult): void {
    client.setQueryData<LeadDetail>(queryKey, result.lead);
    applyLead(client, result.lead);
    onLeaving(result.leaving);
  }

  /** Somebody was faster: say who, and show the lead as it is now. */
  async function lost(problem: unknown): Promise<void> {
    if (problem instanceof ApiProblem && problem.status === 409) {
      const lead = await client.fetchQuery({ ...leadQuery(leadId), staleTime: 0 }).catch(() => null);
      if (lead) applyLead(client, lead);
      if (lead?.assignedTo) {
        notify.info(t('claim.taken', { who: lead.assignedTo }));
        return;
      }
    }
    notify.error(sentence(problem));
  }

  const claim = useMutation({ mutationFn: () => claimLead(leadId), onSuccess: taken, onError: lost });
  const takeOver = useMutation({ mutationFn: () => assignLead(leadId, user.email), onSuccess: taken, onError: lost });
  const release = useMutation({
    mutationFn: () => releaseLead(leadId),
    onSuccess: () => notify.success(t('release.done')),
    onError: (problem) => notify.error(sentence(problem)),
    onSettled: () => {
      void client.invalidateQueries({ queryKey });
      void client.invalidateQueries({ queryKey: keys.leadLists });
    },
  });
  return { claim, takeOver, release };
}
