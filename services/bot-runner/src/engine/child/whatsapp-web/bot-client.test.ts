import { expect, test } from 'vitest';
import { BotClient } from './bot-client.ts';
import { claim, fulfil, isClaimed, isFulfilled, unclaim } from './page-state.ts';

const ours = new Set<unknown>([claim, fulfil, isClaimed, isFulfilled, unclaim]);

/** A client on a page in this very process, whose library needs `attaching` to begin to listen. */
function aClient(attaching: Promise<unknown>): BotClient {
  const client = new BotClient({
    authStrategy: { setup: () => undefined },
    puppeteer: {},
    userAgent: false,
    webVersionCache: { type: 'local', path: '', strict: false },
    takeoverOnConflict: false,
  });
  const evaluate = async (script: (...args: unknown[]) => unknown, ...args: unknown[]) =>
    ours.has(script) ? script(...args) : attaching;
  client.pupPage = { evaluate, exposeFunction: async () => undefined } as never;
  return client;
}

test('it listens when the library has all its listeners, and not as soon as it begins to make them', async () => {
  const attached = Promise.withResolvers<boolean>();
  const client = aClient(attached.promise);
  const attaching = client.attachEventListeners();
  await new Promise(setImmediate);
  expect(await client.listens()).toBe(false);
  attached.resolve(true);
  await attaching;
  expect(await client.listens()).toBe(true);
  unclaim('listen');
});

test('listeners that could not be made are made by whoever asks next', async () => {
  const client = aClient(Promise.reject(new Error('no such module')));
  await expect(client.attachEventListeners()).rejects.toThrow('no such module');
  expect(await client.listens()).toBe(false);
  client.pupPage = aClient(Promise.resolve(true)).pupPage;
  await client.attachEventListeners();
  expect(await client.listens()).toBe(true);
  unclaim('listen');
});
