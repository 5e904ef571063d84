import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { issueSignInLinks, migrate, seedDemoBot, seedWorkspace } from '@wbm/db';
import { createLog } from '@wbm/runtime';

/** Single-use links that sign somebody in as each role. */
export interface Links {
  admin: string;
  vendor: string;
}

export interface DatabaseAccess {
  ownerUrl: string;
  appUrl: string;
}

/** The first workspace of the embedded mode, and who can be signed in to it by link. */
const workspaceName = 'My business';
const people = {
  admin: { email: 'admin@localhost.test', name: 'Admin', role: 'admin' },
  vendor: { email: 'vendor@localhost.test', name: 'Vendor', role: 'vendor' },
} as const;
const linkLifeMs = 24 * 3_600_000;

/** Brings the database to the newest migration and gives an empty one its workspace and demo bot. Idempotent. */
export async function prepareDatabase({ ownerUrl, appUrl }: DatabaseAccess, logDir: string): Promise<void> {
  const file = join(logDir, 'migrate.log');
  const log = createLog({ service: 'migrate', destination: { write: (line) => appendFileSync(file, line) } });
  await migrate({ ownerUrl, appUrl, log });
  const { workspaceId } = await seed(ownerUrl);
  await seedDemoBot({ ownerUrl, workspaceId, ownerEmail: people.admin.email });
}

/** A fresh pair of sign-in links for a stack that runs at `baseUrl`; the pair before stops working. */
export async function makeLinks({ ownerUrl }: DatabaseAccess, baseUrl: string): Promise<Links> {
  const { workspaceId } = await seed(ownerUrl);
  const emails = [people.admin.email, people.vendor.email];
  const tokens = await issueSignInLinks({ ownerUrl, workspaceId, emails, ttlMs: linkLifeMs });
  const link = (email: string) => `${baseUrl}/auth/link?token=${tokens[email]}`;
  return { admin: link(people.admin.email), vendor: link(people.vendor.email) };
}

const seed = (ownerUrl: string) => seedWorkspace({ ownerUrl, name: workspaceName, members: Object.values(people) });
