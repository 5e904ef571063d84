import { createFileRoute, notFound, useRouter } from '@tanstack/react-router';
import { leadQuery } from '../api/leads.ts';
import { Conversation } from '../conversation/conversation.tsx';
import { loadWords } from '../i18n/i18n.ts';

export const Route = createFileRoute('/_app/leads/$leadId')({
  params: {
    parse: ({ leadId }) => {
      const id = Number(leadId);
      if (!Number.isSafeInteger(id) || id < 1) throw notFound();
      return { leadId: id };
    },
    stringify: ({ leadId }) => ({ leadId: String(leadId) }),
  },
  async loader({ context, params }) {
    void context.client.prefetchQuery(leadQuery(params.leadId));
    await loadWords('chat');
  },
  component: function LeadRoute() {
    const { leadId } = Route.useParams();
    const router = useRouter();
    const navigate = Route.useNavigate();
    const back = () => (router.history.canGoBack() ? router.history.back() : void navigate({ to: '/sales' }));
    return <Conversation key={leadId} leadId={leadId} onBack={back} alwaysBack />;
  },
});
