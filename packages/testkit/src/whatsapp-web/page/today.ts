import type { PageBehaviour } from '../behaviour.ts';

/** How this page behaves, as its servers last said. Set before anything else runs. */
export const today = { behaviour: {} as PageBehaviour };
