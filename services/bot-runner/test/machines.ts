import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeAfterwards, openWhatsAppWeb, type RunningService } from '@wbm/testkit';
import { aNetwork } from './a-network.ts';
import { webEnv } from './web-env.ts';

const BY = 'admin@bot.test';

type Env = Readonly<Record<string, string>>;

/** Runners with a disk each, one blob store that all of them see, and a pretended WhatsApp for the real library. */
export async function machines(options: Parameters<typeof aNetwork>[0] = {}) {
  const home = mkdtempSync(join(tmpdir(), 'wbm-test-machines-'));
  closeAfterwards('folders of the machines', () => rmSync(home, { recursive: true, force: true }));
  const [net, web] = await Promise.all([aNetwork(options), openWhatsAppWeb()]);
  const { workspaceId, query } = net.stage;
  const blobDir = join(home, 'blobs');
  const env = {
    ...webEnv(web),
    SESSION_KEY: randomBytes(32).toString('hex'),
    BLOB_DIR: blobDir,
  };
  const namesIn = (folder: string) => {
    try {
      return readdirSync(folder, { recursive: true }).map(String).sort();
    } catch {
      return [];
    }
  };

  return {
    home,
    net,
    web,
    env,
    diskOf: (machine: string) => join(home, machine),
    /** Starts a runner; the same name is the same disk. */
    start: (machine: string, more: Env = {}) => net.startRunner({ ...env, DATA_DIR: join(home, machine), ...more }),
    /** Ready in this runner: the row may say so of a former one. */
    ready: (runner: RunningService, botId: string) =>
      runner.waitForLog('bot.state', (line) => line.botId === botId && line.state === 'ready', 60_000),
    async aLinkedBot(number: string): Promise<string> {
      const botId = await net.stage.aBot({ engine: 'whatsapp-web.js' });
      await net.wake(botId);
      const waiting = await net.inState(botId, 'needs-scan');
      web.phone(number).scan(waiting?.qr ?? '');
      await net.inState(botId, 'ready');
      return botId;
    },
    switchOff: (botId: string) => net.gateway.bots.setStatus(botId, 'disabled', BY),
    async deleteBot(botId: string): Promise<void> {
      await net.gateway.bots.archive(botId, BY);
      await net.wake(botId);
    },
    copies: (botId: string) =>
      query<{ id: string; run_epoch: number; void_reason: string | null }>(
        'select id, run_epoch, void_reason from session_snapshots where bot_id = $1 order by created_at',
        [botId],
      ),
    blobsOf: (botId: string) => namesIn(join(blobDir, 'sessions', workspaceId, botId)),
    pathOfBlob: (botId: string, id: string) => join(blobDir, 'sessions', workspaceId, botId, id),
    /** Everything on any disk, and in the store, whose name tells of the bot. */
    leftOf: (botId: string) => namesIn(home).filter((path) => path.includes(botId)),
    async isErased(botId: string): Promise<boolean> {
      const [row] = await query<{ done: boolean }>(
        'select session_erased_at is not null and runner_id is null as done from bots where id = $1',
        [botId],
      );
      return row?.done === true;
    },
    /** Whether the audit log says that the device was logged out, once for each time it was erased. */
    audited: async (botId: string) =>
      (
        await query<{ details: { loggedOut: boolean } }>(
          `select details from audit_log where action = 'bot.session-erased' and subject = $1`,
          [`bot:${botId}`],
        )
      ).map(({ details }) => details.loggedOut),
  };
}
export type Machines = Awaited<ReturnType<typeof machines>>;
