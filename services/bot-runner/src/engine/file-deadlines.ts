/** How long an engine may take for a command with a file, from being asked to its answer, in milliseconds. */
export const FILE_MS = 120_000;

/** How long a runner waits for that answer: longer, so that it always learns what became of it. */
export const FILE_DEADLINE_MS = 140_000;
