import { sandboxPhone } from '@wbm/contracts';

/** Which bot and whose phone; in the URL, so that two windows can be two customers. */
export interface SandboxSearch {
  readonly bot?: string;
  readonly phone?: string;
}

export function readSandboxSearch(search: Record<string, unknown>): SandboxSearch {
  const phone = sandboxPhone.safeParse(typeof search.phone === 'number' ? `+${search.phone}` : search.phone);
  return {
    ...(typeof search.bot === 'string' && search.bot !== '' ? { bot: search.bot } : {}),
    ...(phone.success ? { phone: phone.data } : {}),
  };
}
