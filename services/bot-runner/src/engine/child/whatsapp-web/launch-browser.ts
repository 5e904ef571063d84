import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, LaunchOptions, PuppeteerNode } from 'puppeteer-core';
import { withDeadline } from '../../../deadline.ts';
import { killGroup } from './kill-group.ts';

const CLOSE_MS = 4_000;
/** Required, not imported: the library does so, and one copy in two forms of modules would be two copies in memory. */
const puppeteer = createRequire(import.meta.url)('puppeteer-core') as Pick<PuppeteerNode, 'launch'>;

/**
 * Starts Chromium so that nothing outlives this process: it listens on a pipe, and ends by itself, with its files in
 * order, when the pipe closes. For the same reason puppeteer must not kill it when Node exits: a session that was linked
 * a moment ago would be lost.
 */
export async function launchBrowser(options: LaunchOptions): Promise<Browser> {
  const before = new Set(process.listeners('exit'));
  const browser = await puppeteer.launch(options).catch((error: unknown) => {
    // One that ends at once shows as a target that was closed, which says nothing of when.
    throw new Error(`Failed to launch: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  for (const listener of process.listeners('exit')) if (!before.has(listener)) process.off('exit', listener);
  return browser;
}

/** Whether Chromium starts with these options, on a profile of its own that is removed afterwards. */
export async function canLaunch(options: LaunchOptions & { readonly userDataDir: string }): Promise<boolean> {
  const browser = await launchBrowser(options).catch(() => null);
  if (browser) await closeBrowser(browser);
  await rm(options.userDataDir, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  return browser !== null;
}

/** Ends a Chromium in order, or with its whole process group when that takes too long. Never throws. */
export async function closeBrowser(browser: Browser): Promise<void> {
  const child = browser.process();
  const closed = await withDeadline(CLOSE_MS, browser.close()).then(
    () => true,
    () => false,
  );
  if (closed || child === null || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  killGroup(child.pid);
  await withDeadline(CLOSE_MS, gone).catch(() => undefined);
}
