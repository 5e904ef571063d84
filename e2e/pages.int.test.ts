import { mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { closeAfterwards, waitFor } from '@wbm/testkit';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { bootStack, type Stack } from '../scripts/stack/boot-stack.ts';

/** `SCREENSHOTS=docs/images npm test -- e2e/pages` renews the pictures of the documentation. */
const pictures = process.env.SCREENSHOTS;
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const faults: string[] = [];
let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'wbm-pages-'));
  closeAfterwards(dataDir, () => rm(dataDir, { recursive: true, force: true }));
  stack = await bootStack({ dataDir, port: 0, throwaway: true, env: { ENV_FILE: 'none', AI_API_KEY: '' } });
  closeAfterwards('the stack', () => stack.stop());
  const executablePath = process.env.CHROMIUM_PATH;
  if (!executablePath)
    throw new Error('There is no Chromium for the pages: npm test installs one, or set CHROMIUM_PATH.');
  browser = await chromium.launch({ executablePath, args: flags });
  closeAfterwards('the browser', () => browser.close());
}, 90_000);

type Look = 'light' | 'dark' | 'phone';

async function visitor(link: string, look: Look = 'light'): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({
    viewport: look === 'phone' ? { width: 360, height: 740 } : { width: 1360, height: 860 },
    colorScheme: look === 'dark' ? 'dark' : 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(link);
  return { page, context };
}

/** Looks at the page as a person with a screen reader would, and keeps a picture of it. */
async function inspect(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    grave.map(({ id, nodes }) => `${name}: ${id} at ${nodes.map((node) => node.target.join(' ')).join(', ')}`),
  ).toEqual([]);
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

async function inEachLook(page: Page, context: BrowserContext, name: string): Promise<void> {
  await inspect(page, `${name}-light`);
  await page.emulateMedia({ colorScheme: 'dark' });
  await inspect(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
  const phone = await context.newPage();
  await phone.setViewportSize({ width: 360, height: 740 });
  await phone.goto(page.url());
  await phone.waitForLoadState('networkidle').catch(() => undefined);
  const wide = await phone.evaluate('document.documentElement.scrollWidth > window.innerWidth');
  expect(wide, `${name} fits a phone`).toBe(false);
  await inspect(phone, `${name}-phone`);
  await phone.close();
}

test('a newcomer scans, chats as a customer, sees the lead qualify, claims it, answers, and the phone has the answer', async () => {
  const links = JSON.parse(readFileSync(join(stack.dataDir, 'dev-links.json'), 'utf8')) as {
    admin: string;
    vendor: string;
  };
  const { page: admin, context: adminContext } = await visitor(links.admin);
  await admin.getByRole('link', { name: 'Sandbox' }).first().click();
  await admin.getByRole('button', { name: 'Scan with the simulated phone' }).click();
  await admin.getByText('Ready', { exact: true }).first().waitFor();
  const write = async (text: string) => {
    await admin.getByPlaceholder('Write as Ana Souza').fill(text);
    await admin.keyboard.press('Enter');
  };
  const chat = admin.getByRole('log').or(admin.getByLabel('Chat on the simulated phone')).first();
  const answers = () => chat.getByText('Business:').count();
  await write('Hi! How much is a city bike?');
  await waitFor(async () => (await answers()) >= 1, { what: 'the first answer', timeoutMs: 20_000 });
  await write('I am Ana Souza, from Campinas');
  await write('my e-mail is ana.souza@example.com');
  await waitFor(async () => (await answers()) >= 2, { what: 'the second answer', timeoutMs: 20_000 });
  await inEachLook(admin, adminContext, 'sandbox');

  const { page: vendor, context: vendorContext } = await visitor(links.vendor);
  await vendor.getByText('Ana Souza').first().click();
  await vendor.getByRole('button', { name: 'Claim lead' }).first().click();
  const reply = vendor.getByPlaceholder('Write a reply').or(vendor.getByLabel('Write a reply')).first();
  await reply.waitFor();
  await reply.fill('Hello Ana, Val here. I put one aside for you.');
  await vendor.keyboard.press('Enter');
  await chat.getByText('I put one aside for you.').waitFor({ timeout: 15_000 });
  await inEachLook(vendor, vendorContext, 'sales');

  const before = await answers();
  await write('Lovely, see you tomorrow');
  await vendor.getByText('Lovely, see you tomorrow').first().waitFor({ timeout: 15_000 });
  expect(await answers()).toBe(before);

  await admin.goto(stack.baseUrl);
  await admin.getByText('Demo bot').first().waitFor();
  await inEachLook(admin, adminContext, 'overview');
  expect(faults).toEqual([]);
}, 150_000);

test('who is not signed in is told how to', async () => {
  const { page, context } = await visitor(stack.baseUrl);
  await page.getByText('npm run links').first().waitFor();
  await inEachLook(page, context, 'login');
});
