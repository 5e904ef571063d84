import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@wbm/testkit';
import { expect } from 'vitest';
import type { WhatsAppWebSettings } from '../../src/engine/whatsapp-web-settings.ts';
import type { EngineUnderTest } from './an-engine.ts';
import { webWorld } from './web-world.ts';
import { aReadyEngine } from './world.ts';

/** The pretended WhatsApp of this test file. */
export const world = webWorld();
export const ANA = { phone: '+5511987650001', name: 'Ana' };
export const anId = () => `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
export const profileOf = ({ sessionsDir, botId }: WhatsAppWebSettings) => join(sessionsDir, `session-${botId}`);
export const asideOf = ({ sessionsDir }: WhatsAppWebSettings) => {
  const aside = join(sessionsDir, 'aside');
  return existsSync(aside) ? readdirSync(aside) : [];
};

/** An engine that is ready, and a customer who has written to it. */
export async function aChat(wanted: Partial<WhatsAppWebSettings> = {}) {
  const place = await world.aPlace(wanted);
  const engine = await aReadyEngine(place);
  const ana = place.customer(ANA);
  await ana.writes('hi');
  await waitFor(async () => engine.messages().length === 1, { what: 'the first message' });
  return { place, engine, ana, phone: place.phone };
}

export async function hearsOnce(engine: EngineUnderTest, text: string, writes: () => Promise<unknown>): Promise<void> {
  await writes();
  await waitFor(async () => engine.messages().some((one) => one.text === text), { what: text, timeoutMs: 30_000 });
  expect(engine.messages().filter((one) => one.text === text)).toHaveLength(1);
}
