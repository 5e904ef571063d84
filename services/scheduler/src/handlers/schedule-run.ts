import { botWake, browserEvents, type PayloadOf, scheduleRun } from '@wbm/contracts';
import { decideRun } from '../decide-run.ts';
import type { SchedulePorts } from '../ports.ts';

/** Carries out a schedule whose moment has come: once, whoever rings and how often. */
export function runSchedule({ workspaces, bells, clock, log }: SchedulePorts) {
  return async (payload: PayloadOf<typeof scheduleRun>): Promise<void> => {
    const { workspaceId, scheduleId } = payload;
    const { schedules, features, bots } = workspaces.workspace(workspaceId);
    const schedule = await schedules.get(scheduleId);
    if (!schedule) return;

    const [itsFeatures, bot] = await Promise.all([features.get(schedule.botId), bots.get(schedule.botId)]);
    const decision = decideRun({ schedule, features: itsFeatures, bot, now: clock.now() });
    if (decision.do === 'nothing') return;
    if (decision.do === 'wait') {
      await bells.send(scheduleRun, payload, { delayMs: decision.ms });
      return;
    }

    // Setting the status twice is setting it once, so a run that dies before the mark may simply be run again.
    const { botId } = schedule;
    const changed = decision.do === 'set' && (await bots.setStatus(botId, decision.status, 'schedule'));
    await schedules.markExecuted(scheduleId, clock.now(), decision.outcome);
    log.info({ scheduleId, botId, outcome: decision.outcome, changed }, 'schedule.executed');
    if (!changed) return;
    await Promise.all([
      bells.ring(botWake, { workspaceId, botId }),
      bells.tell(browserEvents.UPDATE_BOT, { workspaceId, botId }),
    ]);
  };
}
