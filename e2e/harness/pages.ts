import { mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { closeAfterwards, waitFor } from '@wbm/testkit';
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
    startTimeoutMs: 150_000,
    env: { ENV_FILE: 'none', AI_API_KEY: '', ...env },
  });
  closeAfterwards('the stack', () => stack.stop());
  const browser = await openBrowser();
  const faults: { readonly words: string; readonly url: string }[] = [];
  /** What was asked for and came. What the gateway had no time for is asked for again: that is no fault of the page. */
  const came = new Set<string>();
  /** Where something was sent to in vain. */
  const refused = new Set<string>();
  return {
    stack,
    get faults() {
      const passing = ({ words, url }: (typeof faults)[number]) =>
        words.includes('503') && came.has(url) && !refused.has(url);
      return faults.filter((fault) => !passing(fault)).map(({ words }) => words);
    },
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
      await context.addInitScript(keepNotifications);
      const page = await context.newPage();
      page.on('pageerror', (error) => faults.push({ words: String(error), url: '' }));
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push({ words: message.text(), url: message.location().url });
      });
      page.on('response', (answer) => {
        if (answer.request().method() !== 'GET') {
          if (!answer.ok()) refused.add(answer.url());
        } else if (answer.ok()) came.add(answer.url());
        else came.delete(answer.url());
      });
      await page.goto(link);
      return { page, context };
    },
  };
}

/** A notification is up for four seconds, and a busy machine may not look that often. */
const keepNotifications = `
  window.notified = new Map();
  new MutationObserver(() => {
    for (const one of document.querySelectorAll('[data-sonner-toast]')) window.notified.set(one, one.textContent);
  }).observe(document, { childList: true, subtree: true, characterData: true });`;

/** Waits until a notification of the page says, or has said, these words and nothing else. */
export async function notified(page: Page, words: string): Promise<void> {
  const said = `[...window.notified.values()].includes(${JSON.stringify(words)})`;
  await waitFor(() => page.evaluate<boolean>(said), { what: `the notification "${words}"`, intervalMs: 200 });
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
  // What is not there yet fits any screen.
  await other.locator('h1').first().waitFor({ state: 'attached' });
  await other.locator('.skeleton').first().waitFor({ state: 'detached' });
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
