import { fileURLToPath } from 'node:url';

/** A program of a bot's child process. */
export const childProgram = (name: 'main' | 'warm-up') => fileURLToPath(new URL(`./child/${name}.ts`, import.meta.url));

/**
 * How Node runs a child. Nearly all that a child does is wait, so its young objects get the least room and its collector
 * one thread: each measured to save megabytes a bot, and there are many bots.
 */
export const childFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=1', '--v8-pool-size=1'];

/** None of our own environment: no secret can leak into an engine. `cacheDir`: where Node keeps compiled code. */
export const childEnv = (cacheDir: string) => ({
  TZ: 'UTC',
  NODE_ENV: 'production',
  NODE_COMPILE_CACHE: cacheDir,
});
