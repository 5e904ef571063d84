import { dataFault } from '@wbm/db';
import { Transient } from '@wbm/runtime';

/**
 * For what was received and cannot be had again: whatever Postgres fails with is `Transient`, unless it was a fault of the
 * data. A wrong password, a missing right, and even an error of ours pass one day, and what was given up does not come back.
 */
export async function keptForLater<T>(written: Promise<T>): Promise<T> {
  try {
    return await written;
  } catch (cause) {
    if (cause instanceof Transient || dataFault(cause) !== null) throw cause;
    throw new Transient('db.not-taken', 'Postgres did not take what was received', { cause });
  }
}
