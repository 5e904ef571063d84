import { browserEvents, replyDeliver } from '@wbm/contracts';
import type { GatheredTurn, TakenTurn, TurnStore } from '@wbm/db';
import { type AssistantAnswer, type TurnKind, turnRetryMs } from '@wbm/domain';
import { currentCorrelation, newCorrelationId } from '@wbm/runtime';
import type { Ports } from './ports.ts';
import type { Thought } from './think.ts';

/** Failures in a row after which a person is called; the trying goes on. */
const CALL_PERSON_AFTER = 6;
/** The longest a server may make a customer wait by its own word. */
const LONGEST_RETRY_AFTER_MS = 60_000;

export type TurnAtHand = GatheredTurn & {
  readonly workspaceId: string;
  readonly taken: Extract<TakenTurn, { taken: true }>;
  readonly turns: TurnStore;
  readonly ringAgain: (delayMs: number) => Promise<void>;
};

type Answered = Extract<Thought, { ok: true }>;
type Failed = Omit<Extract<Thought, { ok: false }>, 'ok'>;

/** What is to become of a turn. */
export type Conclusion =
  | { readonly end: 'answer'; readonly kind: TurnKind; readonly thought: Answered; readonly latencyMs: number }
  /** Neither an answer nor facts are wanted any more. */
  | { readonly end: 'skip' }
  | ({ readonly end: 'fail' } & Failed)
  | { readonly end: 'superseded' | 'stopping' | 'lost' };

/** Stores the answer, or gives the turn back with the customer's waiting time, and rings accordingly. */
export async function endTurn(ports: Ports, turn: TurnAtHand, conclusion: Conclusion): Promise<void> {
  switch (conclusion.end) {
    case 'answer':
      return store(ports, turn, conclusion);
    case 'skip':
      return store(ports, turn, undefined);
    case 'fail':
      return fail(ports, turn, conclusion);
    case 'superseded':
    case 'stopping':
      return giveBack(ports, turn, conclusion.end);
    case 'lost':
      return note(ports, turn, 'lost');
  }
}

const NOTHING: AssistantAnswer = { replies: [], fields: [], handoff: null };

async function store(ports: Ports, turn: TurnAtHand, answered: Extract<Conclusion, { end: 'answer' }> | undefined) {
  const { bot, lead, taken, turns, workspaceId } = turn;
  const outcome = await turns.store(lead.id, taken.turnNo, bot.maxWaitMs, {
    answer: answered?.thought.answer ?? NOTHING,
    kind: answered?.kind ?? 'capture',
    verdict: answered?.thought.verdict ?? 'skipped',
    model: answered ? ports.assistant.model : 'none',
    inputTokens: answered?.thought.inputTokens ?? null,
    outputTokens: answered?.thought.outputTokens ?? null,
    latencyMs: answered?.latencyMs ?? 0,
    promptVersion: bot.promptVersion,
    uptoSeq: taken.uptoSeq,
    ownerVersion: taken.ownerVersion,
    correlationId: currentCorrelation() ?? newCorrelationId(),
  });
  if (outcome.outcome === 'superseded') return giveBack(ports, turn, 'superseded');
  if (outcome.outcome === 'lost') return note(ports, turn, 'lost');
  const { turnId } = outcome;
  note(ports, turn, answered ? 'stored' : 'skipped', { turnId, latencyMs: answered?.latencyMs ?? 0 });
  await ports.bells.send(replyDeliver, { workspaceId, turnId });
}

async function giveBack(ports: Ports, turn: TurnAtHand, why: 'superseded' | 'stopping'): Promise<void> {
  const { bot, lead, taken, turns } = turn;
  const dueInMs = await turns.giveBack(lead.id, taken.turnNo, bot.maxWaitMs, { failed: false, retryMs: 0 });
  note(ports, turn, why === 'stopping' ? 'stopped' : why);
  if (dueInMs !== null) await turn.ringAgain(dueInMs);
}

async function fail(ports: Ports, turn: TurnAtHand, { code, permanent, retryAfterMs }: Failed): Promise<void> {
  const { bot, lead, taken, turns, workspaceId } = turn;
  const failures = taken.failures + 1;
  const retryMs = Math.max(turnRetryMs(failures), Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS));
  const callPerson = lead.owner === 'bot' && taken.kind === 'reply' && (permanent || failures >= CALL_PERSON_AFTER);
  const dueInMs = await turns.giveBack(lead.id, taken.turnNo, bot.maxWaitMs, {
    failed: true,
    retryMs,
    ...(callPerson ? { waitingReason: 'message' as const } : {}),
  });
  note(ports, turn, 'failed', { code, failures, retryMs, callPerson });
  if (dueInMs !== null) await turn.ringAgain(dueInMs);
  if (callPerson && lead.waitingReason === null) {
    await ports.bells.tell(browserEvents.LEAD_UPDATED, { workspaceId, leadId: lead.id });
  }
}

type Facts = Readonly<Record<string, string | number | boolean>>;

function note(
  { log, metrics }: Ports,
  turn: TurnAtHand,
  outcome: Parameters<typeof metrics.ended>[0],
  facts: Facts = {},
) {
  const { lead, bot, taken } = turn;
  metrics.ended(outcome);
  const line = { leadId: lead.id, botId: bot.id, turnNo: taken.turnNo, outcome, ...facts };
  if (outcome === 'failed') log.warn(line, 'turn.ended');
  else log.info(line, 'turn.ended');
}
