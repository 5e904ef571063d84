import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { aLinkedBareClient } from './a-bare-client.ts';
import { aChat, world } from './a-chat.ts';

/** As long as nothing has to happen before it counts as not happening. */
const NOTHING_MS = 2_000;

/** What the library as it comes says of messages, and of its browser; control runs, as in `traps.eng.test.ts`. */
const aLinked = async () => {
  const bare = await aLinkedBareClient(await world.open());
  return { ...bare, ana: bare.phone.customer('+5511987650001') };
};

describe('trap 10: the library as it comes', () => {
  test.each([
    ['error', 'WhatsApp refuses it'],
    ['lost', 'nobody says what became of it: lost'],
  ] as const)('answers for a message that never arrives (%s) as for one that did ("%s")', async (outcome, _) => {
    const { client, phone, ana } = await aLinked();
    phone.device.nextSend({ outcome });
    await expect(client.sendMessage(ana.jid, 'hello', { waitUntilMsgSent: outcome === 'error' })).resolves.toBeTruthy();
    await pause(NOTHING_MS);
    expect(ana.received).toEqual([]);
  });

  test('answers nothing, or an error, for a message that left ("… nothing for a message that left", "… throws …")', async () => {
    const { client, phone, ana } = await aLinked();
    await phone.device.behave({ sendReturns: 'undefined' });
    await expect(client.sendMessage(ana.jid, 'hello')).resolves.toBeUndefined();
    await phone.device.behave({ sendReturns: 'error' });
    await expect(client.sendMessage(ana.jid, 'hello')).rejects.toThrow('something broke');
    await waitFor(() => ana.received.length === 2, { what: 'both messages to arrive' });
  });

  test('claims to be an old Chrome on a Mac; ours says what its browser is', async () => {
    const bare = await aLinked();
    expect(bare.phone.device.userAgent).toMatch(/Macintosh.* Chrome\/101\./);
    const { phone } = await aChat();
    const [own] = /Chrome\/\d+\./.exec((await bare.client.pupBrowser?.version()) ?? '') ?? [];
    expect(own).toBeDefined();
    expect(phone.device.userAgent).toContain(own);
    expect(phone.device.userAgent).toContain('Linux');
  });
});
