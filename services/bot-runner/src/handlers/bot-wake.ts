import type { Placement } from '../lease/placement.ts';

/** What is wanted of some bot changed: every runner reads again what it holds, and takes what nobody has. */
export function onBotWake(placement: Pick<Placement, 'wake'>) {
  return (): void => placement.wake();
}
