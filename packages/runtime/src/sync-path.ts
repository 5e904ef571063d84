import { open } from 'node:fs/promises';

/** Has the disk keep a file, or which names a folder holds. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
