import { useEffect, useState } from 'react';

/** Pure: what of the values is not as it was when they were opened. */
export function changedFrom<V extends object>(values: V, opened: V): Partial<V> {
  const changed = Object.entries(values).filter(([name, value]) => value !== opened[name as keyof V]);
  return Object.fromEntries(changed) as Partial<V>;
}

/** Pure: the current values, with what a person has changed of the opened ones kept as they typed it. */
export function rebased<V extends object>(typed: V, opened: V, current: V): V {
  return { ...current, ...changedFrom(typed, opened) };
}

/** What was saved here: the version that it was saved over, and the settings that it became. */
export interface Saved<S> {
  readonly over: number;
  readonly settings: S;
}

/**
 * Pure: the settings that come in below what was typed without anybody asking. Those saved here over what was opened:
 * they are news to nobody. Else the current ones, as long as nothing was typed. Null: none.
 */
export function comingIn<S extends { readonly version: number }>(
  opened: S,
  { current, saved, touched }: { readonly current: S; readonly saved: Saved<S> | null; readonly touched: boolean },
): S | null {
  if (saved?.over === opened.version && saved.settings.version > opened.version) return saved.settings;
  return !touched && current.version > opened.version ? current : null;
}

interface EditedOptions<S> {
  /** The last that was saved here of the same settings, by this form or by another one. */
  readonly saved: Saved<S> | null;
  /** Hears whether anything is typed that is not saved. */
  readonly onTouched: (touched: boolean) => void;
}

/**
 * What somebody edits of settings that others may change meanwhile. `opened` is what they saw when they began: saving
 * names its version, and is refused when that is not the current one. `load` puts the current settings below what was
 * typed; see `comingIn` for when that happens by itself.
 */
export function useEdited<S extends { readonly version: number }, V extends object>(
  current: S,
  valuesOf: (settings: S) => V,
  { saved, onTouched }: EditedOptions<S>,
) {
  const [opened, setOpened] = useState(current);
  const [typed, setTyped] = useState(() => valuesOf(current));
  function take(settings: S): void {
    setTyped(rebased(typed, valuesOf(opened), valuesOf(settings)));
    setOpened(settings);
  }
  const touched = Object.keys(changedFrom(typed, valuesOf(opened))).length > 0;
  useEffect(() => {
    onTouched(touched);
    const settings = comingIn(opened, { current, saved, touched });
    if (settings) take(settings);
  });
  const type = (part: Partial<V>) => setTyped((before) => ({ ...before, ...part }));
  return { opened, typed, type, load: () => take(current) };
}
