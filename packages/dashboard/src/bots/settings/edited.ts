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

/**
 * What somebody edits of settings that others may change meanwhile. `opened` is what they saw when they began: saving
 * names its version, and is refused when that is not the current one. `load` puts the current settings below what was
 * typed; as long as nothing was, that happens by itself.
 */
export function useEdited<S extends { readonly version: number }, V extends object>(
  current: S,
  valuesOf: (settings: S) => V,
) {
  const [opened, setOpened] = useState(current);
  const [typed, setTyped] = useState(() => valuesOf(current));
  function load(): void {
    setTyped(rebased(typed, valuesOf(opened), valuesOf(current)));
    setOpened(current);
  }
  const untouched = Object.keys(changedFrom(typed, valuesOf(opened))).length === 0;
  useEffect(() => {
    if (untouched && current.version > opened.version) load();
  });
  return { opened, typed, type: (part: Partial<V>) => setTyped((before) => ({ ...before, ...part })), load };
}
