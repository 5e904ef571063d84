/** Whole units of a stretch of time, the largest that fits; below a minute it is nothing worth counting. */
export function stretch(ms: number): { readonly unit: 'minute' | 'hour' | 'day'; readonly value: number } {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 60) return { unit: 'minute', value: minutes };
  if (minutes < 48 * 60) return { unit: 'hour', value: Math.floor(minutes / 60) };
  return { unit: 'day', value: Math.floor(minutes / 1440) };
}

/** `4 min`, `3 hr`, `2 days`, in the language given. */
export function formatStretch(ms: number, language: string): string {
  const { unit, value } = stretch(ms);
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
}

/**
 * A language as the viewer's own region writes it, when the browser names one: British English has 14:05, not 2:05 PM. Some
 * browsers name what is no language: Chromium says `en-US@posix` where the system's locale is C.
 */
export function regional(language: string): string {
  return navigator.languages.find((own) => own.slice(0, 2) === language.slice(0, 2) && isTag(own)) ?? language;
}

function isTag(language: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(language).length > 0;
  } catch {
    return false;
  }
}

/** `14:05`, in the viewer's zone unless another is given. */
export function formatClock(at: string, language: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(regional(language), {
    hour: '2-digit',
    minute: '2-digit',
    ...(timeZone ? { timeZone } : {}),
  }).format(new Date(at));
}

/** `14:05:09`: for what happened moments ago. */
export function formatSeconds(at: string, language: string): string {
  return new Intl.DateTimeFormat(regional(language), { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(
    new Date(at),
  );
}

/** Date and time with the zone's name, for the hover of a time. */
export function formatFull(at: string, language: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(regional(language), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    ...(timeZone ? { timeZone } : {}),
  }).format(new Date(at));
}

/** The day in the viewer's zone, as a key: two moments with the same key are of the same day. */
export function dayKey(at: string | number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** `Today`, `Yesterday`, else the date; the year only when it is another one. */
export function formatDay(at: string, now: number, language: string): string {
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const capital = (word: string) => word.charAt(0).toLocaleUpperCase(language) + word.slice(1);
  if (dayKey(at) === dayKey(now)) return capital(relative.format(0, 'day'));
  if (dayKey(at) === dayKey(now - 86_400_000)) return capital(relative.format(-1, 'day'));
  const date = new Date(at);
  return new Intl.DateTimeFormat(regional(language), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(date.getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' }),
  }).format(date);
}

/** Today the clock, else the short date: for lists. */
export function formatBrief(at: string, now: number, language: string): string {
  if (dayKey(at) === dayKey(now)) return formatClock(at, language);
  return new Intl.DateTimeFormat(regional(language), { day: 'numeric', month: 'short' }).format(new Date(at));
}
