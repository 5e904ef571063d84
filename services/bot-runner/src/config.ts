import { blobsEnv } from '@wbm/blobs';
import { env } from '@wbm/runtime';
import { z } from 'zod';

export const config = z.object({
  RUNNER_CAPACITY: env
    .integer('How many bots one bot-runner process runs at most. Each is a child process of its own.', {
      min: 1,
      max: 1_000,
    })
    .default(50),
  RUNNER_MEMORY_MB: env
    .integer(
      'Megabytes that all bots of one bot-runner may take together; it takes no more bots than that carries. Left out: what the container or the machine has, less a tenth.',
      { min: 1, max: 100_000_000 },
    )
    .optional(),
  BOT_MEMORY_MB: env
    .integer('Megabytes one bot may take, its browser included. One that takes more is started again.', {
      min: 1,
      max: 1_000_000,
    })
    .default(700),
  BOT_RECYCLE_DAYS: env
    .integer('After how many days a bot is started afresh, at a quiet hour and when nobody is writing to it.', {
      min: 1,
      max: 10_000,
    })
    .default(7),
  BOT_RECYCLE_HOUR: env
    .integer('The quiet hour, from 0 to 23, by the clock of each bot.', { min: 0, max: 23 })
    .default(4),
  BOT_CARE_MS: env
    .integer('How often the memory of bots is measured, in milliseconds.', { min: 500, max: 3_600_000 })
    .default(30_000),
  LEASE_MS: env
    .integer(
      'How long a bot-runner that does not answer keeps its bots, in milliseconds. Shorter brings a bot back sooner after a crash and tolerates shorter outages of Postgres.',
      { min: 1_000, max: 120_000 },
    )
    .default(8_000),
  ...blobsEnv,
  CHROMIUM_PATH: env
    .text(
      'The Chromium that WhatsApp sessions run in. Left out, the system is searched: first for chromium-headless-shell, which needs least memory, then for Chromium and Chrome; where there is none, the headless shell of the package registry is unpacked below DATA_DIR (Linux on x64).',
    )
    .optional(),
  CHROMIUM_SANDBOX: env
    .flag(
      'Whether Chromium uses its own sandbox. It cannot as root, nor where unprivileged user namespaces are forbidden, as in most containers. Left out: unless this runs as root.',
    )
    .optional(),
  SESSION_KEY: env
    .key(
      'Seals the copies of sessions by which a bot moves to another machine without a new scan. The same for all bot-runners; without it no copies are kept. Sessions cannot be had back from copies whose key is lost.',
    )
    .optional(),
  SESSION_KEY_PREVIOUS: env
    .key('The former SESSION_KEY: copies that it sealed are still read. Can go when every bot was stopped once since.')
    .optional(),
  WWEBJS_WEB_VERSION: env
    .text('Pins a version of WhatsApp Web that is in the cache folder. Left out, WhatsApp serves its newest.')
    .optional(),
  WWEBJS_WEB_VERSION_CACHE: env
    .path('Folder of kept versions of WhatsApp Web; below DATA_DIR when left out.')
    .optional(),
  WWEBJS_EXTRA_BROWSER_FLAGS: env
    .text('Flags for Chromium beside the usual ones, one a line. For tests; not needed otherwise.')
    .optional(),
  WWEBJS_READY_DEADLINE_MS: env
    .integer(
      'How long a session may show no progress towards being ready before it counts as stuck, in milliseconds.',
      {
        min: 2_000,
        max: 3_600_000,
      },
    )
    .default(90_000),
  WWEBJS_QR_SILENCE_MS: env
    .integer('After how many milliseconds without a new QR code one is asked for.', { min: 1_000, max: 3_600_000 })
    .default(60_000),
  WWEBJS_HUNG_MS: env
    .integer('How long the page of a session may answer nothing before it is started again, in milliseconds.', {
      min: 5_000,
      max: 3_600_000,
    })
    .default(60_000),
});
