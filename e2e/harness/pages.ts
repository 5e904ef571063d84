import { mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { closeAfterwards } from '@wbm/testkit';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { bootStack, type Stack } from '../../scripts/stack/boot-stack.ts';

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
const desk = { width: 1360, height: 860 };
const phone = { width: 360, height: 740 };

export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
}

/** What `npm start` starts, and a browser to look at it. Closed with the test file. */
export interface Pages {
  readonly stack: Stack;
  readonly links: { readonly admin: string; readonly vendor: string };
  /** What the pages' consoles complained of; a test ends with none. */
  readonly faults: readonly string[];
  visit(link: string): Promise<Visitor>;
}

export async function openPages(env: NodeJS.ProcessEnv = {}): Promise<Pages> {
  const dataDir = await mkdtemp(join(tmpdir(), 'wbm-pages-'));
  closeAfterwards(dataDir, () => rm(dataDir, { recursive: true, force: true }));
  const stack = await bootStack({
    dataDir,
    port: 0,
    throwaway: true,
    env: { ENV_FILE: 'none', AI_API_KEY: '', ...env },
  });
  closeAfterwards('the stack', () => stack.stop());
  const browser = await openBrowser();
  const faults: string[] = [];
  return {
    stack,
    faults,
    links: JSON.parse(readFileSync(join(stack.dataDir, 'dev-links.json'), 'utf8')) as Pages['links'],
    async visit(link) {
      const context = await browser.newContext({
        viewport: desk,
        colorScheme: 'light',
        reducedMotion: 'reduce',
        locale: 'en-GB',
        timezoneId: 'UTC',
      });
      // Two stacks with their browsers may share two cores.
      context.setDefaultTimeout(60_000);
      const page = await context.newPage();
      page.on('pageerror', (error) => faults.push(String(error)));
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
      await page.goto(link);
      return { page, context };
    },
  };
}

async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH;
  if (!executablePath)
    throw new Error('There is no Chromium for the pages: npm test installs one, or set CHROMIUM_PATH.');
  const browser = await chromium.launch({ executablePath, args: flags });
  closeAfterwards('the browser', () => browser.close());
  return browser;
}

/** Looks at the page as a person with a screen reader would, and keeps a picture of it. */
export async function inspect(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    grave.map(({ id, nodes }) => {
      const places = nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary?.replace(/\s+/g, ' ')})`);
      return `${name}: ${id} at ${places.join(', ')}`;
    }),
  ).toEqual([]);
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

/** Waits until the page has followed, and is drawn so. */
async function turn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.locator(`html[data-theme="${colorScheme}"]`).waitFor({ state: 'attached' });
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
}

async function fitsAPhone(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => undefined);
  const wide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
  expect(wide, `${name} fits a phone`).toBe(false);
}

/** Light, dark, and on a phone that opens the same address. */
export async function inEachLook(page: Page, context: BrowserContext, name: string): Promise<void> {
  await inspect(page, `${name}-light`);
  await turn(page, 'dark');
  await inspect(page, `${name}-dark`);
  await turn(page, 'light');
  const other = await context.newPage();
  await other.setViewportSize(phone);
  await other.goto(page.url());
  await fitsAPhone(other, name);
  await inspect(other, `${name}-phone`);
  await other.close();
}

/** The same of what no address leads to, such as an open window: the page itself becomes as small as a phone. */
export async function inEachLookHere(page: Page, name: string): Promise<void> {
  await inspect(page, `${name}-light`);
  await turn(page, 'dark');
  await inspect(page, `${name}-dark`);
  await turn(page, 'light');
  await page.setViewportSize(phone);
  await fitsAPhone(page, name);
  await inspect(page, `${name}-phone`);
  await page.setViewportSize(desk);
}
