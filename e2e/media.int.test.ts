import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MediaView, MessageView } from '@wbm/contracts';
import { closeAfterwards, ownerQuery, waitFor } from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import type { Api } from '../scripts/demo/api.ts';
import { aPicture } from './harness/files.ts';
import { type Product, startProduct } from './harness/product.ts';

let dataDir = '';
let product: Product;
let botId = '';
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wbm-e2e-media-'));
  closeAfterwards(dataDir, () => rm(dataDir, { recursive: true, force: true }));
  product = await startProduct({ env: { DATA_DIR: dataDir } });
  botId = (await product.bot({ quietMs: 100, maxWaitMs: 1_000 })).id;
});

async function upload(api: Api, bytes: Buffer, name: string): Promise<MediaView> {
  const form = new FormData();
  form.append('file', new Blob([Uint8Array.from(bytes)]), name);
  const headers = { cookie: api.cookie };
  const answer = await fetch(`${api.baseUrl}/api/uploads`, { method: 'POST', body: form, headers });
  expect(answer.status).toBe(201);
  return (await answer.json()) as MediaView;
}

async function bytesOf(api: Api, media: MediaView | null | undefined): Promise<Buffer> {
  const answer = await fetch(`${api.baseUrl}/api/media/${media?.id}`, { headers: { cookie: api.cookie } });
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

/** A customer sends a picture; answers the lead it makes. */
async function sendPicture(phone: string, caption = ''): Promise<number> {
  const { id } = await upload(product.admin, aPicture(), 'broken bicycle.png');
  const said = { from: phone, text: caption, media: id };
  expect((await product.admin.send('POST', `/api/sandbox/bots/${botId}/messages`, said)).status).toBe(201);
  const lead = await waitFor(
    async () => (await product.admin.leads()).find(({ whatsappNumber }) => whatsappNumber === phone) ?? false,
    { what: 'the lead' },
  );
  return lead.id;
}

const firstStored = (api: Api, leadId: number) =>
  waitFor(
    async () => {
      const [first] = await api.messages(leadId);
      return first?.media?.state === 'stored' && first;
    },
    { what: 'the file to be fetched', timeoutMs: 120_000 },
  );

test('a picture comes and is seen; the bot says honestly what it cannot do; a document goes back', async () => {
  const phone = '+5511987650001';
  const customer = product.customer(botId, phone);
  const leadId = await sendPicture(phone);
  const message = await firstStored(product.admin, leadId);
  expect(message).toMatchObject({
    type: 'image',
    text: '',
    media: { kind: 'image', mimeType: 'image/png', name: 'broken bicycle.png' },
  });
  expect((await bytesOf(product.vendor, message.media)).equals(aPicture())).toBe(true);
  const [answer] = await waitFor(async () => (await customer.received()).length > 0 && customer.received(), {
    what: 'an answer',
  });
  expect(answer).toMatch(/colleague/);

  expect((await product.vendor.claim(leadId)).status).toBe(200);
  const offer = Buffer.from('%PDF-1.4 an offer');
  const media = await upload(product.vendor, offer, 'offer.pdf');
  expect(media).toMatchObject({ kind: 'document', mimeType: 'application/pdf' });
  const body = { mediaId: media.id, text: 'Our offer' };
  const posted = await product.vendor.send<MessageView>('POST', `/api/leads/${leadId}/messages`, body);
  expect(posted.status).toBe(201);
  const arrived = await waitFor(
    async () => (await customer.chat()).find((one) => !one.fromMe && one.type === 'document') ?? false,
    { what: 'the document on the phone' },
  );
  expect(arrived).toMatchObject({ text: 'Our offer', media: { id: media.id, name: 'offer.pdf' } });
  expect((await bytesOf(product.admin, arrived.media)).equals(offer)).toBe(true);
  await waitFor(
    async () => {
      const sent = (await product.vendor.messages(leadId)).find(({ id }) => id === posted.body.id);
      return ['sent', 'delivered', 'read'].includes(sent?.status ?? '');
    },
    { what: 'the message to be sent' },
  );
  // Nothing is left of what was handed over, and nothing of it stands in a log.
  await waitFor(async () => (await readdir(join(dataDir, 'transit'))).length === 0, { what: 'no copy to be left' });
  const logs = JSON.stringify([...product.gateway.logs, ...product.runners.flatMap((runner) => runner.logs)]);
  expect(logs).not.toMatch(/bicycle|offer/);
});

test('a runner that is killed between hearing of a file and fetching it leaves it to the next', async () => {
  // Where files are handed over there is something else: what is heard of cannot be fetched.
  await rm(join(dataDir, 'transit'), { recursive: true, force: true });
  await writeFile(join(dataDir, 'transit'), '');
  const leadId = await sendPicture('+5511987650002', 'this one');
  const [runner] = product.runners;
  await runner?.waitForLog('media.fetch-later');
  expect((await product.admin.messages(leadId))[0]?.media?.state).toBe('pending');
  runner?.kill('SIGKILL');
  await runner?.exited;

  await rm(join(dataDir, 'transit'));
  const query = ownerQuery(product.ownerUrl);
  // What it had begun to say to Postgres is carried out although it is dead.
  const heard =
    "select 1 from pg_stat_activity where datname = current_database() and application_name like 'wbm bot-runner%'";
  await waitFor(async () => (await query(heard)).length === 0, { what: 'Postgres to be done with the dead runner' });
  // A disk that takes nothing is left alone for a minute.
  await query("update media set due_at = now() where state = 'pending'");
  await product.start('bot-runner');
  const message = await firstStored(product.admin, leadId);
  expect((await bytesOf(product.admin, message.media)).equals(aPicture())).toBe(true);
});
