export { type Chromium, findChromium } from './find-chromium.ts';
export { type ChromiumSearch, provideChromium } from './provide-chromium.ts';
export { unpackChromium } from './unpack-chromium.ts';
