import { provideChromium } from '@wbm/chromium';
import { expect, test, vi } from 'vitest';
import { stateOfTrouble } from './session-trouble.ts';
import { whatsAppSettings } from './whatsapp-settings.ts';

vi.mock('@wbm/chromium', () => ({ provideChromium: vi.fn() }));

const config = { DATA_DIR: '/data', WWEBJS_READY_DEADLINE_MS: 1, WWEBJS_QR_SILENCE_MS: 1, WWEBJS_HUNG_MS: 1 };

test('a Chromium that cannot be unpacked just now is no missing Chromium', async () => {
  vi.mocked(provideChromium).mockRejectedValueOnce(Object.assign(new Error('full'), { code: 'ENOSPC' }));
  const trouble = await whatsAppSettings(config, 'b').catch((err: unknown) => err);
  expect(stateOfTrouble(trouble)?.reason).toMatch(/Chromium could not be unpacked/);
});

test.each([
  [{ path: '/c', shell: true }, undefined, '/c'],
  [null, '/named', '/named'],
  [null, undefined, null],
])('of %j and named %s it is told %s', async (found, named, told) => {
  vi.mocked(provideChromium).mockResolvedValueOnce(found);
  expect((await whatsAppSettings({ ...config, CHROMIUM_PATH: named }, 'b')).chromiumPath).toBe(told);
});
