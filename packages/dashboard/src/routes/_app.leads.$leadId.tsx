import { createFileRoute, notFound, useRouter } from '@tanstack/react-router';
import { leadQuery } from '../api/leads.ts';
import { Conversation } from '../conversation/conversation.tsx';

export const Route = createFileRoute('/_app/leads/$leadId')({
  params: {
    parse: ({ leadId }) => {
      const id = Number(leadId);
      if (!Number.isSafeInteger(id) || id < 1) throw notFound();
      return { leadId: id };
    },
    stringify: ({ leadId }) => ({ leadId: String(leadId) }),
  },
  loader: ({ context, params }) => void context.client.prefetchQuery(leadQuery(params.leadId)),
  component: function LeadRoute() {
    const { leadId } = Route.useParams();
    const router = useRouter();
    const navigate = Route.useNavigate();
    const back = () => (router.history.canGoBack() ? router.history.back() : void navigate({ to: '/sales' }));
    return <Conversation key={leadId} leadId={leadId} onBack={back} alwaysBack />;
  },
});
