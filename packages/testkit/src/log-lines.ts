/** One line of a service's output: its JSON, or `raw` when it was none. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly event?: string; readonly raw?: string };

export function parseLogLine(line: string): LogLine {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as LogLine;
  } catch {
    // Not JSON: kept as it is, so that nothing a service prints escapes a test.
  }
  return { raw: line };
}

/**
 * Fails when a log line holds what must never be in a log. `needles` are what the test itself put in: message texts,
 * names, numbers, addresses. The failure names the event and where, and quotes no more than the needle.
 */
export function assertLogsClean(lines: readonly LogLine[], needles: readonly string[]): void {
  const wanted = needles.map((needle) => needle.toLowerCase()).filter((needle) => needle.length > 2);
  if (wanted.length === 0) throw new Error('assertLogsClean was given nothing to look for');
  const found = lines.flatMap((line) => {
    const text = JSON.stringify(line).toLowerCase();
    return wanted.filter((needle) => text.includes(needle)).map((needle) => `${line.event ?? 'raw line'}: "${needle}"`);
  });
  if (found.length > 0) throw new Error(`content in the logs: ${[...new Set(found)].join('; ')}`);
}
