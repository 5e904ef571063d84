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
    repliesOf: (botId, count, timeoutMs = 10_000) =>
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
