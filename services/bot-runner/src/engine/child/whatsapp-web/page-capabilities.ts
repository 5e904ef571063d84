import type { WhatsAppPage } from './page-types.ts';

/** Functions that run inside the page, as those of `page-state.ts` do. They look, and change nothing. */

/** Whether each function of WhatsApp Web is there, named `Module.member.…`. */
export function areThere(functions: string[]): boolean {
  const page = globalThis as unknown as WhatsAppPage;
  const load = page.require as unknown as (name: string) => unknown;
  return functions.every((path) => {
    const [module = '', ...members] = path.split('.');
    try {
      let found: unknown = load(module);
      for (const member of members) found = (found as Record<string, unknown> | null | undefined)?.[member];
      return typeof found === 'function';
    } catch {
      return false;
    }
  });
}

/** Whether WhatsApp Web finds an address that surely exists: our own. */
export async function resolves(jid: string): Promise<boolean> {
  const page = globalThis as unknown as WhatsAppPage;
  const both = await page.WWebJS?.enforceLidAndPnRetrieval?.(jid);
  if (both?.phone?.user || both?.lid?.user) return true;
  const found = await page
    .require('WAWebQueryExistsJob')
    .queryWidExists(page.require('WAWebWidFactory').createWid(jid));
  return Boolean(found?.wid);
}
