import { randomInt } from 'node:crypto';
import { freePort } from '@wbm/embedded';

/**
 * A free port that is still free when its server is away for a while: it is below those that the system gives to whoever
 * connects to somewhere.
 */
export const lastingPort = (): Promise<number> => freePort(randomInt(20_000, 32_768));
