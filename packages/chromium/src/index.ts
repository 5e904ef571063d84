export { type Chromium, findChromium } from './find-chromium.ts';
export { LockFile } from './lock-file.ts';
export { processStamp } from './process-stamp.ts';
export { type ChromiumSearch, provideChromium } from './provide-chromium.ts';
export { unpackChromium } from './unpack-chromium.ts';
