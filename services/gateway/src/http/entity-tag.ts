import type { IncomingHttpHeaders } from 'node:http';

/** The strong tag of a file's bytes: those of an id never change. */
export function tagOf(mediaId: string): string {
  return `"${mediaId}"`;
}

/** Whether the asker has it already (`If-None-Match`). What became weak on its way counts, too (RFC 9110, 13.1.2). */
export function isHad(headers: IncomingHttpHeaders, tag: string): boolean {
  const had = headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^W\//, ''));
  return had !== undefined && (had.includes(tag) || had.includes('*'));
}

/** The `Range` asked for, unless the part that the asker has is of something else (`If-Range`): then they need all of it. */
export function rangeOfSame({ range, 'if-range': of }: IncomingHttpHeaders, tag: string): string | undefined {
  return of === undefined || of === tag ? range : undefined;
}
