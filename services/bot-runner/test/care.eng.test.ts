import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { openWhatsAppWeb, type Phone, type RunningService, type WhatsAppWeb, waitFor } from '@wbm/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aNetwork, enginePid, type Network } from './a-network.ts';
import { processesNaming } from './processes-naming.ts';
import { webEnv } from './web-env.ts';

/**
 * One bot among others in one runner. Whatever its engine does, the others send and receive as they always do, and the
 * runner itself is never busy with it.
 */
const ANA = '+5511987650001';
const BY = 'admin@bot.test';
const BOT_MEMORY_MB = 400;

let net: Network;
let web: WhatsAppWeb;
let runner: RunningService;
let victim: { readonly botId: string; readonly phone: Phone };
let neighbours: Neighbour[];
/**
 * While the bot is only started afresh, which keeps the machine as busy as what comes after its trouble: how long the
 * neighbours' slowest message takes, in milliseconds, and how late the runner is for what it wants to do, in seconds.
 */
let usualMs: number;
let usualLag: number;
/** Far more than chance makes of it, whatever the machine. */
const farBeyond = (usual: number, least: number) => Math.max(least, 4 * usual);

/** A bot that nothing happens to: how long one message in and one out take it, the slower of the two. */
interface Neighbour {
  readonly botId: string;
  talk(text: string): Promise<number>;
}

beforeAll(async () => {
  [net, web] = await Promise.all([aNetwork(), openWhatsAppWeb()]);
  runner = await net.startRunner({
    ...webEnv(web),
    WWEBJS_HUNG_MS: '5000',
    BOT_MEMORY_MB: String(BOT_MEMORY_MB),
    BOT_CARE_MS: '1000',
    LEASE_MS: '60000',
  });
  victim = await aRealBot('+15550200001');
  neighbours = [await aRealNeighbour('+15550200002'), await aSandboxNeighbour(), await aSandboxNeighbour()];
  await lag();
  usualMs = await talkingWhile(restarted);
  usualLag = await lag();
}, 180_000);
afterAll(async () => {
  await runner?.stop();
});

async function aRealBot(number: string) {
  const botId = await net.stage.aBot({ engine: 'whatsapp-web.js' });
  await mayWriteMuch(botId);
  await net.wake(botId);
  const waiting = await net.inState(botId, 'needs-scan');
  const phone = web.phone(number);
  await phone.scan(waiting?.qr ?? '');
  await net.inState(botId, 'ready');
  return { botId, phone };
}

/** Files what she wrote, as no service does here: else what she is answered would be unasked. */
const filed = (botId: string, text: string) =>
  net.stage.query(
    `with lead as (update leads set last_seq = last_seq + 1 where bot_id = $1 returning *)
     insert into lead_messages (workspace_id, bot_id, lead_id, seq, sender, message, status, owner_version, correlation_id)
     select workspace_id, bot_id, id, last_seq, 'customer', $2, 'received', owner_version, 'cid' from lead`,
    [botId, text],
  );

/** What a young number may send is little, and no matter here. */
const mayWriteMuch = (botId: string) =>
  net.stage.query('update bots set send_per_minute = 1000, send_per_day = 10000 where id = $1', [botId]);

async function aRealNeighbour(number: string): Promise<Neighbour> {
  const { botId, phone } = await aRealBot(number);
  const ana = phone.customer({ phone: ANA, name: 'Ana' });
  return aNeighbour(botId, async (text) => {
    ana.writes(text);
    await filed(botId, text);
  });
}

async function aSandboxNeighbour(): Promise<Neighbour> {
  const botId = await net.aReadyBot();
  return aNeighbour(botId, async (text) => void (await net.writes(botId, ANA, [text])));
}

function aNeighbour(botId: string, writes: (text: string) => Promise<void>): Neighbour {
  const stored = async (text: string) => [...(await net.stored(botId)).values()].some((texts) => texts.includes(text));
  const took = async (work: () => Promise<unknown>) => {
    const beganMs = performance.now();
    await work();
    return performance.now() - beganMs;
  };
  return {
    botId,
    async talk(text) {
      const inMs = await took(async () => {
        await writes(text);
        await waitFor(() => stored(text), { what: `${text} to be stored`, timeoutMs: 30_000 });
      });
      const outMs = await took(async () => net.arrives(await net.queue(botId, ANA, `re: ${text}`), 'sent', 30_000));
      return Math.max(inMs, outMs);
    },
  };
}

/** The neighbours talk without a break until `trouble` is over; answers how long their slowest message took. */
async function talkingWhile(trouble: () => Promise<void>): Promise<number> {
  let over = false;
  const talks = neighbours.map(async (neighbour, index) => {
    let slowest = 0;
    for (let n = 0; !over; n += 1) slowest = Math.max(slowest, await neighbour.talk(`${index} ${n} ${Date.now()}`));
    return slowest;
  });
  const all = Promise.all(talks);
  all.catch(() => undefined); // It is waited for below, when the trouble is over.
  try {
    await trouble();
  } finally {
    over = true;
  }
  return Math.max(...(await all));
}

const engineOf = (botId: string) => enginePid(runner, botId);
/** Ready with another engine than before. */
const readyAnew = (before: number) =>
  waitFor(
    async () => engineOf(victim.botId) !== before && (await net.gateway.bots.get(victim.botId))?.state === 'ready',
    { what: 'the bot to be ready with a new engine', timeoutMs: 90_000, intervalMs: 250 },
  );

async function restarted(): Promise<void> {
  const before = engineOf(victim.botId);
  await net.gateway.bots.restart(victim.botId, BY);
  await net.wake(victim.botId);
  await readyAnew(before);
}

/** A figure of the runner's own; the worst since it was last asked. */
async function metric(name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${runner.opsPort}/metrics`)).text();
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
}

const lag = () => metric('nodejs_eventloop_lag_p99_seconds');

describe('one bot in trouble among others', () => {
  const troubles: [string, () => Promise<unknown>][] = [
    ['its page freezes', async () => victim.phone.device.freezePage(60_000)],
    ['its child stands still', async () => process.kill(engineOf(victim.botId), 'SIGSTOP')],
    ['its renderer crashes', async () => victim.phone.device.crashPage()],
    ['its renderer crashes once more', async () => victim.phone.device.crashPage()],
    ['its child is killed', async () => process.kill(engineOf(victim.botId), 'SIGKILL')],
  ];
  test.each(troubles)(
    '%s: it comes back, and nobody else notices',
    async (_, trouble) => {
      const others = neighbours.map(({ botId }) => engineOf(botId));
      const before = engineOf(victim.botId);
      await lag();
      const slowest = await talkingWhile(async () => {
        await trouble();
        await readyAnew(before);
      });
      expect(slowest).toBeLessThan(farBeyond(usualMs, 3_000));
      expect(await lag()).toBeLessThan(farBeyond(usualLag, 0.25));
      expect(neighbours.map(({ botId }) => engineOf(botId))).toEqual(others);
      expect(processesNaming(`/session-${victim.botId}`).length).toBeLessThan(12);
    },
    180_000,
  );

  test('it eats memory: it is started again in order, and says why', async () => {
    const before = engineOf(victim.botId);
    const slowest = await talkingWhile(async () => {
      await victim.phone.device.behave({ ballastMb: BOT_MEMORY_MB });
      const told = await runner.waitForLog('bot.over-memory', (line) => line.botId === victim.botId, 60_000);
      expect(told.memoryMb).toBeGreaterThan(BOT_MEMORY_MB);
      const said = () =>
        net.stage.query(
          `select 1 from bot_events where bot_id = $1 and state = 'reconnecting' and reason like '%more memory than it may%'`,
          [victim.botId],
        );
      await waitFor(async () => (await said()).length > 0, { what: 'it to say why' });
      await victim.phone.device.behave({ ballastMb: 0 });
      await readyAnew(before);
    });
    expect(slowest).toBeLessThan(farBeyond(usualMs, 3_000));
    // In order: it needs no scan, and its old Chromium is gone.
    expect(victim.phone.device.mostLiveSockets).toBe(1);
    expect(await metric('wbm_engine_renewals_total')).toBeGreaterThanOrEqual(1);
  }, 180_000);

  test('each bot’s memory is to be seen, its browser’s included', async () => {
    const text = await (await fetch(`http://127.0.0.1:${runner.opsPort}/metrics`)).text();
    const [real, sandbox] = neighbours.map(({ botId }) =>
      Number(new RegExp(`^wbm_bot_memory_bytes\\{.*bot="${botId}".*\\} (\\S+)$`, 'm').exec(text)?.[1]),
    );
    expect(real).toBeGreaterThan(60 * 1024 * 1024);
    expect(sandbox).toBeGreaterThan(10 * 1024 * 1024);
    expect(sandbox).toBeLessThan(real ?? 0);
  });
});

describe('twenty restarts', () => {
  test('leak no process, no file handle and no temporary folder, neither here nor in the runner', async () => {
    const { botId } = victim;
    const handles = () => readdirSync(`/proc/${runner.pid}/fd`).length;
    const children = () =>
      readFileSync(`/proc/${runner.pid}/task/${runner.pid}/children`, 'utf8').split(' ').filter(Boolean).length;
    // A folder that some process names is in use, be it ours or that of another test beside this one.
    const temporary = () => readdirSync(tmpdir()).filter((name) => /puppeteer/i.test(name) && isNobodys(name));
    const isNobodys = (name: string) => !thereBefore.has(name) && processesNaming(name).length === 0;
    const thereBefore = new Set(readdirSync(tmpdir()));
    await restarted();
    const before = {
      handles: handles(),
      children: children(),
      temporary: 0,
      of: processesNaming(botId).length,
    };
    for (let round = 0; round < 20; round += 1) await restarted();
    const now = () => ({ handles: handles(), temporary: temporary().length, of: processesNaming(botId).length });
    await waitFor(() => Object.entries(now()).every(([what, count]) => count <= before[what as keyof typeof before]), {
      what: `${JSON.stringify(now())} to be ${JSON.stringify(before)} again`,
      timeoutMs: 20_000,
    });
    expect(children()).toBe(before.children);
  }, 600_000);

  test('a runner that is killed leaves no Chromium after ten seconds', async () => {
    const bots = [victim.botId, neighbours[0]?.botId ?? ''];
    expect(bots.every((botId) => processesNaming(`/session-${botId}`).length > 0)).toBe(true);
    runner.kill('SIGKILL');
    await runner.exited;
    await waitFor(() => bots.every((botId) => processesNaming(`/session-${botId}`).length === 0), {
      what: 'every Chromium to end',
      timeoutMs: 10_000,
    });
  });
});
