import { today } from './today.ts';

export type Modules = Readonly<Record<string, object>>;

const read = new Set<string>();
const missing = new Set<string>();

export function trace(): { read: string[]; missing: string[] } {
  return { read: [...read].sort(), missing: [...missing].sort() };
}

/**
 * `window.require` of the page: throws for a name it does not know, as the real one does, and remembers what was read.
 * Modules may be assigned to, and keep what was assigned.
 */
export function requireOf(modules: Modules): (name: string) => object {
  const watched = new Map<string, object>();
  return (name) => {
    const module = modules[name];
    if (!module || today.behaviour.missing.includes(name)) {
      missing.add(name);
      throw new Error(`Requiring unknown module "${name}"`);
    }
    const known = watched.get(name) ?? watch(name, module);
    watched.set(name, known);
    return known;
  };
}

function watch(name: string, module: object): object {
  return new Proxy(module, {
    get(target, property, receiver) {
      if (typeof property === 'symbol' || property === 'then' || property === 'prototype') {
        return Reflect.get(target, property, receiver);
      }
      const path = `${name}.${property}`;
      read.add(path);
      if (today.behaviour.throwing.includes(path)) {
        return () => {
          throw new Error(`${path} is broken today`);
        };
      }
      if (today.behaviour.hanging.includes(path)) return () => new Promise(() => undefined);
      if (!(property in target)) missing.add(path);
      return Reflect.get(target, property, receiver);
    },
  });
}
