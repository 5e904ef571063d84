import { openWhatsAppWeb, type RunningService, startService, type WhatsAppWeb, waitFor } from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import { aNetwork, type Network } from './a-network.ts';
import { webEnv } from './web-env.ts';

const OWN = '+15550200001';

let net: Network;
let web: WhatsAppWeb;
let runner: RunningService;
let botId: string;
let env: Record<string, string>;

beforeAll(async () => {
  [net, web] = await Promise.all([aNetwork(), openWhatsAppWeb()]);
  env = webEnv(web);
  [runner] = await Promise.all([net.startRunner(env), startService('lead-worker', net.stage.env)]);
  botId = await net.stage.aBot({ engine: 'whatsapp-web.js' });
  await net.wake(botId);
  const waiting = await net.inState(botId, 'needs-scan', 40_000);
  await web.phone(OWN).scan(waiting?.qr ?? '');
  await net.inState(botId, 'ready', 40_000);
}, 120_000);

type Shown = readonly [text: string, mark: 'edited' | 'taken back' | '', emoji: string];

/** The conversation as a vendor sees it becomes this. */
async function shows(wanted: readonly Shown[]): Promise<void> {
  const conversation = async () => {
    const rows = await net.stage.query<{ text: string; edited: boolean; revoked: boolean; emoji: string | null }>(
      `select message as text, edited_at is not null as edited, revoked_at is not null as revoked, reactions ->> 'customer' as emoji
         from lead_messages where bot_id = $1 order by seq`,
      [botId],
    );
    return rows.map(({ text, edited, revoked, emoji }) => [
      text,
      revoked ? 'taken back' : edited ? 'edited' : '',
      emoji ?? '',
    ]);
  };
  await waitFor(async () => JSON.stringify(await conversation()) === JSON.stringify(wanted), {
    what: `the conversation to be ${JSON.stringify(wanted)}`,
    timeoutMs: 40_000,
  });
}

test('a real session tells what becomes of messages while it listens', async () => {
  const ana = web.phone(OWN).customer({ phone: '+5511987650001', name: 'Ana' });
  const unread = ana.writesUndecrypted();
  const [typo, secret] = [ana.writes('I live in Rma'), ana.writes('oops')];
  await shows([
    ['I live in Rma', '', ''],
    ['oops', '', ''],
    // It was given up only now.
    ['', '', ''],
  ]);
  ana.edits(typo.id, 'I live in Roma');
  ana.reacts(typo.id, '👍');
  ana.revokes(secret.id);
  ana.writes('well');
  ana.decrypts(unread.id, 'here it is');
  await shows([
    ['I live in Roma', 'edited', '👍'],
    ['', 'taken back', ''],
    ['well', '', ''],
    ['here it is', '', ''],
  ]);
  const [lead] = await net.stage.query<{ kind: string; due: boolean }>(
    'select reply_kind as kind, reply_due_at is not null as due from leads where bot_id = $1',
    [botId],
  );
  expect(lead).toEqual({ kind: 'reply', due: true });
});

test('and what became of them while nobody listened', async () => {
  const ana = web.phone(OWN).customer({ phone: '+5511987650001', name: 'Ana' });
  const [kept, gone] = [ana.writes('at five'), ana.writes('never mind')];
  const before: Shown[] = [
    ['I live in Roma', 'edited', '👍'],
    ['', 'taken back', ''],
    ['well', '', ''],
    ['here it is', '', ''],
  ];
  await shows([...before, ['at five', '', ''], ['never mind', '', '']]);
  await runner.stop();
  ana.edits(kept.id, 'at six');
  ana.revokes(gone.id);
  ana.writes('see you');
  runner = await net.startRunner(env);
  await net.inState(botId, 'ready', 60_000);
  await shows([...before, ['at six', 'edited', ''], ['', 'taken back', ''], ['see you', '', '']]);
}, 120_000);
