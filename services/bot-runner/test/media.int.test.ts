import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { openBlobs } from '@wbm/blobs';
import { messageSend, sandboxWake } from '@wbm/contracts';
import { type MediaKind, MOST_UNSENT, maxMediaBytes, mediaKey } from '@wbm/domain';
import { closeAfterwards, waitFor } from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import { aNetwork } from './a-network.ts';

const bytes = randomBytes(300_000);

async function open() {
  const dataDir = await mkdtemp(join(tmpdir(), 'wbm-test-media-'));
  closeAfterwards('folder of media', () => rm(dataDir, { recursive: true, force: true }));
  const network = await aNetwork();
  const { workspaceId, query, bus } = network.stage;
  await network.startRunner({ DATA_DIR: dataDir });
  const botId = await network.aReadyBot();
  const blobs = openBlobs({ dir: join(dataDir, 'blobs') });
  const { media, sandbox } = network.gateway;

  /** What the gateway does for somebody who uploads a file. */
  const upload = async (kind: MediaKind = 'image', name: string | null = 'a.png') => {
    const maxBytes = 1_000_000;
    const about = { kind, mimeType: 'image/png', name, maxBytes, createdBy: 'vera@test.test' };
    const id = await media.beginUpload(about, MOST_UNSENT);
    if (id === null) throw new Error('no room for a file');
    const { size } = await blobs.put(mediaKey(workspaceId, id), Readable.from([bytes]), { maxBytes });
    await media.endUpload(id, size);
    return id;
  };
  const posts = async (phone: string, mediaId: string, text = '') => {
    const waMessageId = `wa-${randomBytes(8).toString('hex')}`;
    await sandbox.post(botId, { phone, waMessageId, author: 'customer', text, mediaId });
    await bus.ring(sandboxWake, { workspaceId, botId });
    return waMessageId;
  };
  /** What became of the file that came with a message. */
  const came = async (waMessageId: string) => {
    const [row] = await query<{ id: string; kind: string; state: string; name: string | null; size: string }>(
      'select id, kind, state, name, size from media where bot_id = $1 and wa_message_id = $2',
      [botId, waMessageId],
    );
    return row;
  };
  const settled = (waMessageId: string) =>
    waitFor(async () => {
      const file = await came(waMessageId);
      return file && file.state !== 'pending' && file;
    }, { what: 'the file to be fetched' }); // biome-ignore format: short
  return { network, botId, workspaceId, query, bus, blobs, dataDir, upload, posts, settled };
}
let world: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  world = await open();
});

/** A vendor's message with a file, which waits to be sent. */
async function queueFile(phone: string, mediaId: string, kind: MediaKind): Promise<number> {
  const { network, botId, workspaceId, query, bus } = world;
  // Once there is a lead, a message can wait that nobody sends before its file is named.
  const first = await network.queue(botId, phone, 'hello');
  await network.arrives(first);
  const [row] = await query<{ id: number }>(
    `insert into lead_messages (workspace_id, bot_id, lead_id, seq, sender, type, media_id, message, status, chat_jid, correlation_id)
     select workspace_id, bot_id, lead_id, seq + 1, 'vendor', $2, $3, 'a caption', 'queued', chat_jid, 'cid-' || gen_random_uuid()
       from lead_messages where id = $1 returning id`,
    [first, kind, mediaId],
  );
  await bus.ring(messageSend, { workspaceId, botId });
  return row?.id ?? 0;
}
const nothingInTransit = () =>
  waitFor(async () => (await readdir(join(world.dataDir, 'transit'))).length === 0, {
    what: 'nothing to be in transit',
  });

test('a file that a customer sends is kept, in its own words, and handed over without traces', async () => {
  const { upload, posts, settled, blobs, workspaceId } = world;
  const id = await posts('+5511988880001', await upload('document', 'plan.png'), 'the plan');
  const file = await settled(id);
  expect(file).toMatchObject({ kind: 'document', state: 'stored', name: 'plan.png', size: String(bytes.length) });
  expect((await buffer(await blobs.read(mediaKey(workspaceId, file.id)))).equals(bytes)).toBe(true);
  await nothingInTransit();
});

test('a file that WhatsApp has no more is gone, and one that says it is too large is not fetched', async () => {
  const { upload, posts, settled, query, blobs, workspaceId } = world;
  const lost = await upload();
  await blobs.remove(mediaKey(workspaceId, lost));
  expect(await settled(await posts('+5511988880002', lost))).toMatchObject({ state: 'gone' });
  const huge = await upload('image');
  await query('update media set size = $2 where id = $1', [huge, maxMediaBytes('image') + 1]);
  const id = await posts('+5511988880002', huge);
  const file = await settled(id);
  expect(file).toMatchObject({ state: 'too-large' });
  expect(await blobs.exists(mediaKey(workspaceId, file.id))).toBe(false);
});

test('a file leaves through the lane with its caption; one that is not there any more fails in plain words', async () => {
  const { upload, network, botId, query, blobs, workspaceId } = world;
  const phone = '+5511988880003';
  const mediaId = await upload('image', 'offer.png');
  await network.arrives(await queueFile(phone, mediaId, 'image'));
  const chat = await network.gateway.sandbox.chat(botId, phone);
  expect(chat?.items.at(-1)).toMatchObject({
    type: 'image',
    text: 'a caption',
    media: { id: mediaId, name: 'offer.png', state: 'stored' },
  });
  await nothingInTransit();

  const lost = await upload('image');
  await blobs.remove(mediaKey(workspaceId, lost));
  const failed = await queueFile('+5511988880004', lost, 'image');
  await network.arrives(failed, 'failed');
  const [row] = await query<{ status_reason: string }>('select status_reason from lead_messages where id = $1', [
    failed,
  ]);
  expect(row?.status_reason).toMatch(/not there any more/);
});
