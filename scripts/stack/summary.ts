import { relative } from 'node:path';
import { styleText } from 'node:util';
import type { Links } from './prepare-database.ts';

/** What a person sees once everything runs: where to go and what to do there. */
export function summary(facts: { baseUrl: string; links: Links | undefined; logDir: string; seconds: string }): string {
  const bold = (text: string) => styleText('bold', text);
  const dim = (text: string) => styleText('dim', text);
  const links = facts.links
    ? [
        `  ${bold('Sign in as the admin')}    ${styleText('cyan', facts.links.admin)}`,
        `  ${bold('Sign in as a vendor')}     ${styleText('cyan', facts.links.vendor)}`,
        dim('  Each link works once; `npm run links` prints a fresh pair.'),
        '',
        `  Then open ${facts.baseUrl}/sandbox, scan the demo bot and write to it as a customer would.`,
      ]
    : [`  ${facts.baseUrl}`];
  return [
    '',
    `  ${styleText('green', '●')} ${bold('WhatsApp Bot Manager is running')} ${dim(`(ready in ${facts.seconds} s)`)}`,
    '',
    ...links,
    dim(`  Logs: ${relative(process.cwd(), facts.logDir) || '.'}   Stop: Ctrl-C`),
    '',
  ].join('\n');
}
