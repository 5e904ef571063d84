import { messageReceive, replyGenerate } from '@wbm/contracts';
import {
  aStage,
  type ModelRequest,
  type ModelServer,
  modelServer,
  type RunningService,
  type Stage,
  startService,
  waitFor,
} from '@wbm/testkit';

export type TurnRow = {
  id: number;
  kind: string;
  verdict: string;
  upto_seq: number;
  model: string;
  delivered_at: Date | null;
};

/** Filing, thinking and a model, as processes, with a customer at one end and rows at the other. */
export interface Turns {
  readonly stage: Stage;
  readonly model: ModelServer;
  startAiWorker(env?: Readonly<Record<string, string>>): Promise<RunningService>;
  leadOf(botId: string): Promise<Record<string, unknown> & { id: number }>;
  turnsOf(botId: string): Promise<TurnRow[]>;
  /** As if the time of the lead’s next turn had come, if there is one. */
  comesDue(leadId: number): Promise<void>;
  /** Waits until the bot has said this many messages in all. */
  repliesOf(botId: string, count: number, timeoutMs?: number): Promise<string[]>;
  /** The model's requests in which this text stands. */
  requestsWith(text: string): ModelRequest[];
}

export async function openTurns(): Promise<Turns> {
  const [stage, model] = await Promise.all([aStage(), modelServer(answering('Noted!'))]);
  await startService('lead-worker', stage.env);
  const env = { ...stage.env, AI_API_KEY: 'key-of-the-test', AI_BASE_URL: model.baseUrl, AI_MODEL: 'test-model' };
  const turns: Turns = {
    stage,
    model,
    startAiWorker: (more = {}) => startService('ai-worker', { ...env, ...more }),
    leadOf: (botId) =>
      waitFor(
        async () =>
          (
            await stage.query<Record<string, unknown> & { id: number }>('select * from leads where bot_id = $1', [
              botId,
            ])
          )[0],
        { what: 'the lead' },
      ),
    turnsOf: (botId) =>
      stage.query<TurnRow>(
        'select t.* from ai_turns t join leads l on l.id = t.lead_id where l.bot_id = $1 order by t.id',
        [botId],
      ),
    async comesDue(leadId) {
      // Whoever filed last would put the bell off again.
      await stage.idle(messageReceive);
      await stage.query('update leads set reply_due_at = now() where id = $1 and reply_due_at is not null', [leadId]);
      await stage.ring(replyGenerate, { workspaceId: stage.workspaceId, leadId });
    },
    repliesOf: (botId, count, timeoutMs = 30_000) =>
      waitFor(
        async () => {
          const rows = await stage.query<{ message: string }>(
            "select message from lead_messages where bot_id = $1 and sender = 'bot' order by seq",
            [botId],
          );
          return rows.length >= count && rows.map(({ message }) => message);
        },
        { what: `${count} replies`, timeoutMs },
      ),
    requestsWith: (text) => model.requests.filter((request) => JSON.stringify(request.body.messages).includes(text)),
  };
  return turns;
}

/** A model that always says this. */
export function answering(reply: string) {
  return () => ({ content: { replies: [reply], fields: [], handoff: null } });
}
