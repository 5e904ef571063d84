import { randomBytes } from 'node:crypto';
import { type NewBot, seedWorkspace } from '@wbm/db';
import type { TestDatabase } from '../fresh-database.ts';

export type TestWorkspace = {
  readonly workspaceId: string;
  readonly admin: string;
  readonly vendor: string;
  readonly otherVendor: string;
};

/** A workspace with an admin and two vendors. Their e-mails hold its name, so that two workspaces share nobody. */
export async function aWorkspace(
  database: TestDatabase,
  name = `w${randomBytes(4).toString('hex')}`,
): Promise<TestWorkspace> {
  const [admin, vendor, otherVendor] = [`admin@${name}.test`, `vera@${name}.test`, `viktor@${name}.test`];
  const { workspaceId } = await seedWorkspace({
    ownerUrl: database.ownerUrl,
    name,
    members: [
      { email: admin, name: 'Ada Admin', role: 'admin' },
      { email: vendor, name: 'Vera Vendor', role: 'vendor' },
      { email: otherVendor, name: 'Viktor Vendor', role: 'vendor' },
    ],
  });
  return { workspaceId, admin, vendor, otherVendor };
}

/** What a bot is made of; quick to answer, so that tests need not wait for the default four seconds. */
export function aNewBot(overrides: Partial<NewBot> = {}): NewBot {
  return {
    id: `bot-${randomBytes(4).toString('hex')}`,
    name: 'Test bot',
    prompt: 'You are a friendly assistant.',
    engine: 'sandbox',
    timeZone: 'UTC',
    quietMs: 200,
    maxWaitMs: 2_000,
    qualification: [['name'], ['phone', 'email']],
    ownerEmail: 'admin@bot.test',
    ...overrides,
  };
}
