import { openWhatsAppWeb, type Phone, type WhatsAppWeb, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import wweb from 'whatsapp-web.js';
import { aBareClient } from './a-bare-client.ts';
import { aPicture } from './some-bytes.ts';

/** What fails in the library with files on today's WhatsApp Web; control runs, as in `traps.eng.test.ts`. */
let web: WhatsAppWeb;
let numbers = 0;
beforeAll(async () => {
  web = await openWhatsAppWeb();
});

type Heard = { downloadMedia(): Promise<{ data: string } | undefined> };

async function aLinked() {
  numbers += 1;
  const phone: Phone = web.phone(`+1557000${String(numbers).padStart(4, '0')}`);
  const bare = aBareClient(web);
  const messages: Heard[] = [];
  bare.client.on('message', (message: never) => messages.push(message));
  await bare.client.initialize();
  await waitFor(() => bare.qrs.length > 0, { what: 'a code', timeoutMs: 30_000 });
  phone.scan(bare.qrs[0] ?? '');
  await waitFor(() => bare.count('ready') > 0, { what: 'ready', timeoutMs: 30_000 });
  return { ...bare, phone, messages, ana: phone.customer('+5511987650001') };
}

/** Takes the line out again that our patch puts in; see `patches/README.md`. */
const WITHOUT_OUR_LINE = `(() => {
  const source = window.WWebJS.sendMessage.toString();
  if (!source.includes('delete message.__x_id;')) throw new Error('there is no such line');
  window.WWebJS.sendMessage = eval('(' + source.replace('delete message.__x_id;', '') + ')');
})()`;

describe('the library as it comes, with files', () => {
  test('PR #201923: no file leaves, and texts do ("files go both ways … to the customer")', async () => {
    const { client, ana, phone } = await aLinked();
    await client.pupPage?.evaluate(WITHOUT_OUR_LINE);
    const picture = new wweb.MessageMedia('image/png', aPicture.toString('base64'), 'picture.png');
    const send = (what: unknown) => client.sendMessage(ana.jid, what as string);
    await expect(send(picture)).rejects.toThrow('must include an id property');
    await send('hello');
    await waitFor(() => ana.received.length > 0, { what: 'the text' });
    expect(ana.received.map(({ type }) => type)).toEqual(['chat']);
    // On a WhatsApp Web of before that day it did.
    await phone.device.behave({ mediaApi: 'before' });
    await send(picture);
    await waitFor(() => ana.received.some(({ type }) => type === 'image'), { what: 'the picture' });
  });

  test('#201908: no file can be fetched ("files go both ways … from the customer")', async () => {
    const { ana, phone, messages } = await aLinked();
    ana.writes({ media: 'image', bytes: aPicture, mimetype: 'image/png' });
    await waitFor(() => messages.length > 0, { what: 'the message' });
    await expect(messages[0]?.downloadMedia()).rejects.toThrow('InvalidMediaFileType');
    await phone.device.behave({ mediaApi: 'before' });
    expect((await messages[0]?.downloadMedia())?.data).toBe(aPicture.toString('base64'));
  });

  test('#201832: where the ids are called otherwise, nothing can be fetched, and no answer is given ("… where WhatsApp calls the ids otherwise")', async () => {
    const { client, ana, phone, messages } = await aLinked();
    await phone.device.behave({ messageIdKey: '$1', mediaApi: 'before' });
    ana.writes({ media: 'image', bytes: aPicture, mimetype: 'image/png' });
    await waitFor(() => messages.length > 0, { what: 'the message' });
    expect(messages[0]).not.toHaveProperty('id._serialized');
    expect(await messages[0]?.downloadMedia().catch(() => undefined)).toBeUndefined();
    expect(await client.sendMessage(ana.jid, 'hello')).toBeUndefined();
    await waitFor(() => ana.received.some(({ text }) => text === 'hello'), { what: 'what was answered nothing' });
  });
});
