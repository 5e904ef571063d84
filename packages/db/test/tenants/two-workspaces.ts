import { issueSignInLinks } from '@wbm/db';
import {
  aNewBot,
  aRawMessage,
  aWorkspace,
  freshDatabase,
  type OwnerQuery,
  ownerQuery,
  say,
  storesAs,
} from '@wbm/testkit';

/** The ids of one workspace's rows, in the states in which the hot paths would touch them. */
export type Tenant = {
  readonly workspaceId: string;
  readonly marker: string;
  readonly botId: string;
  readonly epoch: number;
  /** A lead whose reply is due, and its chat with a row not yet filed. */
  readonly leadId: number;
  readonly chatId: string;
  readonly inboundId: string;
  /** A lead whose turn runs. */
  readonly busyLeadId: number;
  readonly busyTurnNo: number;
  /** An answer that was not delivered. */
  readonly turnId: number;
  /** A bot message that waits, and one that leaves. */
  readonly queuedId: number;
  readonly sendingId: number;
  readonly sendingWaId: string;
  readonly phone: string;
  /** A file that is to be fetched, of the WhatsApp message `wa-file-<marker>`. */
  readonly mediaId: string;
  /** An upload whose bytes are to go. */
  readonly uploadId: string;
  readonly snapshotId: string;
  /** Of a message the customer wrote. */
  readonly writtenWaId: string;
};

const noFacts = { fields: [], values: {}, status: null, waitingReason: null };

/** Two workspaces with rows in every table; what a person wrote in one carries that one's marker. */
export async function twoWorkspaces() {
  const database = await freshDatabase();
  const query = ownerQuery(database.ownerUrl);
  const stores = {
    gateway: await storesAs('gateway', database),
    runner: await storesAs('bot-runner', database),
    leadWorker: await storesAs('lead-worker', database),
    aiWorker: await storesAs('ai-worker', database),
  };
  const runnerId = crypto.randomUUID();
  await stores.runner.fleet.beat(runnerId, 'here', 10, false, 600_000);

  const populate = async (marker: string, phone: string): Promise<Tenant> => {
    const people = await aWorkspace(database, marker);
    const { workspaceId } = people;
    const bot = aNewBot({
      id: `bot-${marker}`,
      name: `Name ${marker}`,
      prompt: `Prompt ${marker}`,
      ownerEmail: people.admin,
    });
    const gateway = stores.gateway.workspace(workspaceId);
    await gateway.bots.create(bot);
    const botId = bot.id;
    const epoch = (await stores.runner.fleet.take(runnerId, 10)).find((held) => held.botId === botId)?.runEpoch ?? -1;
    const runner = stores.runner.workspace(workspaceId);
    await runner.bots.setState(botId, epoch, { state: 'ready' });
    await gateway.bots.ask(botId, { ask: 'self-test' }, people.admin);
    await gateway.sandbox.post(botId, {
      phone,
      name: `Customer ${marker}`,
      waMessageId: `sb-${marker}`,
      author: 'customer',
      text: `Sandbox ${marker}`,
    });
    await query(
      'insert into schedules (workspace_id, bot_id, action, scheduled_at, created_by) values ($1, $2, $3, now(), $4)',
      [workspaceId, botId, 'disable', people.admin],
    );
    await issueSignInLinks({ ownerUrl: database.ownerUrl, workspaceId, emails: [people.admin], ttlMs: 60_000 });

    const to = { workspaceId, botId, epoch };
    const quickly = { maxWaitMs: 600_000, quietMs: 0 };
    // Lead one: two bot messages from a delivered turn, then an answer that waits, then a reply that is due.
    const first = await say(stores, to, [`First ${marker}`], { phone, ...quickly });
    const turns = stores.aiWorker.workspace(workspaceId).turns;
    const answerTurn = async (leadId: number) => {
      const turn = await turns.take(leadId, 60_000);
      if (!turn.taken) throw new Error('no turn to take');
      const answer = {
        answer: { replies: [`Reply ${marker}`], fields: [] },
        kind: turn.kind,
        uptoSeq: turn.uptoSeq,
        ownerVersion: turn.ownerVersion,
      };
      const cost = {
        promptVersion: 1,
        model: 'test',
        inputTokens: 1,
        outputTokens: 1,
        latencyMs: 1,
        correlationId: 'cid',
      };
      const stored = await turns.store(leadId, turn.turnNo, 600_000, { ...answer, ...cost });
      if (stored.outcome !== 'stored') throw new Error(stored.outcome);
      return stored.turnId;
    };
    const lead = await gateway.leads.get(first.leadId);
    const delivered = await stores.leadWorker.workspace(workspaceId).turns.deliver(await answerTurn(first.leadId), {
      facts: {
        ...noFacts,
        values: { name: `Fact ${marker}` },
        fields: [
          {
            name: 'name',
            value: `Fact ${marker}`,
            source: 'model',
            messageId: first.messageIds[0] ?? 0,
            quote: marker,
            confidence: 1,
          },
        ],
      },
      replies: [{ text: `Leaving ${marker}` }, { text: `Waiting ${marker}` }],
      expectedVersion: lead?.version ?? 0,
    });
    const [sendingId = 0, queuedInSameChat = 0] = delivered.outcome === 'delivered' ? delivered.messageIds : [];
    const sendingWaId = `wa-leaving-${marker}`;
    if ((await runner.messages.claim(sendingId, epoch, sendingWaId, 600_000)) !== 'sending')
      throw new Error('not claimed');
    await say(stores, to, [`Second ${marker}`], { phone, ...quickly });
    const turnId = await answerTurn(first.leadId);
    await say(stores, to, [`Third ${marker}`], { phone, ...quickly });
    const [unfiled] = await runner.inbound.receive(botId, epoch, [aRawMessage({ text: `Unfiled ${marker}`, phone })]);
    const [row] = await query<{ id: string }>(
      'select id::text from inbound_messages where chat_id = $1 and filed_at is null',
      [unfiled?.chatId],
    );

    // Lead two: its turn runs, and a bot message waits in a chat where nothing leaves.
    const second = await say(stores, to, [`Other ${marker}`], { phone: `${phone}9`, ...quickly });
    await query('update lead_messages set lead_id = $1, seq = 50 where id = $2', [second.leadId, queuedInSameChat]);
    const busy = await turns.take(second.leadId, 600_000);
    if (!busy.taken) throw new Error('no second turn');
    const [file] = await query<{ id: string }>(
      `insert into media (workspace_id, bot_id, wa_message_id, chat_jid, kind, mime_type, name, state, due_at)
       values ($1, $2, $3, 'x@c.us', 'image', 'image/png', $4, 'pending', now()) returning id`,
      [workspaceId, botId, `wa-file-${marker}`, `File ${marker}`],
    );
    const [upload] = await query<{ id: string }>(
      `insert into media (workspace_id, kind, mime_type, name, size, state, due_at) values ($1, 'document', 'text/plain', $2, 1, 'deleted', now()) returning id`,
      [workspaceId, `Upload ${marker}`],
    );
    await query('update lead_messages set media_id = $1 where id = $2', [file?.id, queuedInSameChat]);
    await query('update sandbox.messages set media_id = $1 where bot_id = $2', [file?.id, botId]);
    const [copy] = await query<{ id: string }>(
      'insert into session_snapshots (workspace_id, bot_id, run_epoch, size, void_reason) values ($1, $2, $3, 1, $4) returning id',
      [workspaceId, botId, epoch - marker.length, marker],
    );
    await query(
      `insert into sandbox.changes (workspace_id, bot_id, chat_id, wa_message_id, change, author, text)
       select workspace_id, bot_id, id, $2, 'edit', 'customer', $2 from sandbox.chats where bot_id = $1`,
      [botId, marker],
    );
    const [written] = await query<{ wa: string }>('select wa_message_id as wa from lead_messages where id = $1', [
      first.messageIds[0],
    ]);
    return {
      workspaceId, marker, botId, epoch, leadId: first.leadId, chatId: first.chatId, inboundId: row?.id ?? '', busyLeadId: second.leadId,
      busyTurnNo: busy.turnNo, turnId, queuedId: queuedInSameChat, sendingId, sendingWaId, phone,
      mediaId: file?.id ?? '', uploadId: upload?.id ?? '', snapshotId: copy?.id ?? '', writtenWaId: written?.wa ?? '',
    }; // biome-ignore format: a list of ids
  };

  const ours = await populate('alfa', '+5511900000100');
  const theirs = await populate('bravo', '+5511900000200');
  return { database, query, ours, theirs };
}

/** All rows of a tenant as the owner sees them, without the columns that placement and sign-in may move. */
export async function snapshot(
  query: OwnerQuery,
  tables: readonly { readonly name: string }[],
  tenant: Tenant,
): Promise<string> {
  const parts: string[] = [];
  for (const { name } of tables) {
    const rows = await query<{ row: string }>(
      `select (to_jsonb(t) - 'runner_id' - 'run_epoch' - 'used_at')::text as row from ${name} t order by 1`,
    );
    parts.push(name, ...rows.map(({ row }) => row).filter((row) => isOf(tenant, row)));
  }
  return parts.join('\n');
}

/** Whether a row, as text, is one of this tenant's. */
export function isOf({ marker, workspaceId }: Tenant, row: string): boolean {
  return row.includes(marker) || row.includes(workspaceId);
}
