interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** Reads a shared location: words if there are any, and in the last line `latitude, longitude` if WhatsApp told it. */
export function placeOf(text: string): { readonly words: string | null; readonly at: Point | null } {
  const lines = text.trim().split('\n');
  const found = /^(-?\d{1,3}(?:\.\d+)?), ?(-?\d{1,3}(?:\.\d+)?)$/.exec(lines.at(-1)?.trim() ?? '');
  const [latitude, longitude] = [Number(found?.[1]), Number(found?.[2])];
  const real = found !== null && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  const words = (real ? lines.slice(0, -1) : lines).join('\n').trim();
  return { words: words === '' ? null : words, at: real ? { latitude, longitude } : null };
}

export function mapLink({ latitude, longitude }: Point): string {
  return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
}
