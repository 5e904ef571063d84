/** A test with the own number sends past the sending budget, so there is one a minute at most. Milliseconds. */
export const SELF_TEST_EVERY_MS = 60_000;
