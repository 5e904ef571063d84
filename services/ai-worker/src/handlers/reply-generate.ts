import { type PayloadOf, replyGenerate } from '@wbm/contracts';
import { turnKind, turnRetryMs } from '@wbm/domain';
import { withCorrelation } from '@wbm/runtime';
import { type Conclusion, endTurn, type TurnAtHand } from '../end-turn.ts';
import { holdTurn } from '../hold-turn.ts';
import type { Ports } from '../ports.ts';
import { think } from '../think.ts';

/** A worker that dies costs the customer this long, so it is short, and renewed while the model thinks. */
const LEASE_MS = 10_000;
const RENEW_EVERY_MS = 3_000;
/** Messages a turn reads, the newest. */
const TRANSCRIPT = 60;

type Payload = PayloadOf<typeof replyGenerate>;

/** Answers a lead's due turn: takes it, thinks, stores the answer and rings for whoever delivers it. */
export function generateReply(ports: Ports) {
  const { workspaces, bells, stopping, log } = ports;

  return async (payload: Payload, { cid, signal }: { cid: string; signal: AbortSignal }): Promise<void> => {
    const { turns } = workspaces.workspace(payload.workspaceId);
    const ringAgain = async (delayMs: number) => void (await bells.send(replyGenerate, payload, { delayMs }));
    if (stopping.aborted) return ringAgain(0);

    const taken = await turns.take(payload.leadId, LEASE_MS);
    if (!taken.taken) return taken.waitMs === null ? undefined : ringAgain(taken.waitMs);

    // The story of the newest message, whoever rang.
    await withCorrelation(taken.correlationId ?? cid, async () => {
      const gathered = await turns.gather(payload.leadId, taken.uptoSeq, TRANSCRIPT).catch(async (error: unknown) => {
        const how = { failed: true, retryMs: turnRetryMs(taken.failures + 1) };
        await turns.giveBack(payload.leadId, taken.turnNo, 0, how).catch(() => undefined);
        throw error;
      });
      if (gathered === null) return; // The lead was deleted.
      const { bot, lead } = gathered;
      log.info({ leadId: lead.id, botId: bot.id, turnNo: taken.turnNo, kind: taken.kind }, 'turn.taken');
      const turn: TurnAtHand = { ...payload, ...gathered, taken, turns, ringAgain };
      try {
        await endTurn(ports, turn, await conclude(ports, turn, signal));
      } catch (error) {
        // A bug, or Postgres: put off like any failure, so that it is neither tried without pause nor forgotten.
        await endTurn(ports, turn, { end: 'fail', code: 'error', permanent: false, retryAfterMs: 0 }).catch(
          () => undefined,
        );
        throw error;
      }
    });
  };
}

async function conclude(ports: Ports, turn: TurnAtHand, deadline: AbortSignal): Promise<Conclusion> {
  const { clock, log, stopping } = ports;
  const { bot, features, lead, transcript, taken, turns } = turn;
  const kind = turnKind(taken.kind, { features, bot, owner: lead.owner, now: clock.now() });
  if (kind === null || transcript.length === 0) return { end: 'skip' };

  const began = clock.monotonicMs();
  const renew = () => turns.renew(lead.id, taken.turnNo, taken.uptoSeq, bot.maxWaitMs, LEASE_MS);
  const held = await holdTurn({ renew, everyMs: RENEW_EVERY_MS, stopping, deadline, log }, (signal) =>
    think({ bot, lead, transcript, kind }, ports, signal),
  );
  if (held.done) {
    const latencyMs = Math.round(clock.monotonicMs() - began);
    return held.value.ok ? { end: 'answer', kind, thought: held.value, latencyMs } : { end: 'fail', ...held.value };
  }
  if (held.why === 'late') return { end: 'fail', code: 'deadline', permanent: false, retryAfterMs: 0 };
  return { end: held.why };
}
