import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';
import { preferredLanguage } from './i18n.ts';

const here = dirname(fileURLToPath(import.meta.url));
const src = dirname(here);
/** What is loaded first, and the parts that come when a page needs them. */
const parts = ['.', 'chat', 'admin'] as const;
const wordsOf = (part: string, language: string): object =>
  JSON.parse(readFileSync(join(here, part, `${language}.json`), 'utf8'));

function flat(value: object, path = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) =>
    typeof child === 'object' && child !== null
      ? flat(child, `${path}${key}.`)
      : [[`${path}${key}`, String(child)] as [string, string]],
  );
}
const variables = (words: string) => [...words.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe.each(parts.flatMap((part) => ['es', 'pt-BR'].map((language) => [part, language] as const)))(
  '%s/%s',
  (part, language) => {
    const words = wordsOf(part, language);
    const en = wordsOf(part, 'en');
    it('has the keys of English, no more and no fewer', () => {
      expect(
        flat(words)
          .map(([key]) => key)
          .sort(),
      ).toEqual(
        flat(en)
          .map(([key]) => key)
          .sort(),
      );
    });

    it('says something for each, with the same variables', () => {
      const english = new Map(flat(en));
      for (const [key, said] of flat(words)) {
        expect(said.trim(), key).not.toBe('');
        expect(variables(said), key).toEqual(variables(english.get(key) ?? ''));
      }
    });
  },
);

describe('the parts', () => {
  it('have no subject in common', () => {
    const subjects = parts.flatMap((part) => Object.keys(wordsOf(part, 'en')));
    expect(subjects.filter((subject, n) => subjects.indexOf(subject) !== n)).toEqual([]);
  });

  it('leave the pages that load none of them without a missing word', () => {
    const first = Object.keys(wordsOf('.', 'en'));
    const files = importedBy(['routes/_app.tsx', 'routes/_app.sales.tsx', 'routes/login.tsx', 'routes/denied.tsx']);
    expect(files.size).toBeGreaterThan(30);
    for (const [file, code] of files) {
      for (const [, subject] of code.matchAll(/\bt\(\s*['`](\w+)\./g)) expect(first, file).toContain(subject);
    }
  });
});

/** The files that these import at once, and their code. */
function importedBy(entries: readonly string[]): Map<string, string> {
  const files = new Map<string, string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    const code = readFileSync(join(src, file), 'utf8');
    files.set(file, code);
    for (const [, type, path] of code.matchAll(/^import (type )?[^'(]*'(\.[^']+\.tsx?)'/gm)) {
      if (type === undefined && path !== undefined) visit(join(dirname(file), path));
    }
  };
  for (const entry of entries) visit(entry);
  return files;
}

/** Attributes that a person reads or hears. */
const spoken = new Set([
  'alt',
  'aria-label',
  'aria-description',
  'data-tip',
  'hint',
  'label',
  'placeholder',
  'title',
  'words',
]);

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** The words in a file's JSX that no translation reaches. */
function literals(file: string, code: string): string[] {
  const found: string[] = [];
  const say = (value: unknown) => {
    if (typeof value === 'string' && /\p{L}/u.test(value)) found.push(`${file}: ${value.trim()}`);
  };
  const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;
  function visit(node: Node): void {
    if (node.type === 'JSXText') say(node.value);
    if (node.type === 'JSXExpressionContainer' && isNode(node.expression) && node.expression.type === 'Literal') {
      say(node.expression.value);
    }
    if (node.type === 'JSXAttribute') {
      const { name, value } = node as unknown as { name: { name: unknown }; value: unknown };
      if (!spoken.has(String(name.name))) {
        // Class names, ids and the like; but what is inside an element given as an attribute counts.
        if (isNode(value) && value.type === 'JSXExpressionContainer' && isNode(value.expression))
          inside(value.expression);
        return;
      }
      if (isNode(value) && value.type === 'Literal') say(value.value);
    }
    inside(node);
  }
  function inside(node: Node): void {
    for (const child of Object.values(node).flat()) if (isNode(child)) visit(child);
  }
  visit(parseSync(file, code).program as unknown as Node);
  return found;
}

describe('the pages', () => {
  it('hold no words of their own', () => {
    const files = globSync('**/*.tsx', { cwd: src });
    expect(files.length).toBeGreaterThan(40);
    expect(files.flatMap((file) => literals(file, readFileSync(join(src, file), 'utf8')))).toEqual([]);
  });

  it('would be caught if they did', () => {
    const code = `const a = <p title="Hello" className="x">Hi <b>{'there'}</b></p>;`;
    expect(literals('a.tsx', code)).toEqual(['a.tsx: Hello', 'a.tsx: Hi', 'a.tsx: there']);
  });
});

describe('preferredLanguage', () => {
  it.each([
    [null, ['pt-PT', 'en'], 'pt-BR'],
    [null, ['fr', 'es-MX'], 'es'],
    [null, ['fr'], 'en'],
    [null, [], 'en'],
    ['es', ['en'], 'es'],
    ['xx', ['en-GB'], 'en'],
  ] as const)('%s of %j is %s', (chosen, browser, expected) => {
    expect(preferredLanguage(chosen, browser)).toBe(expected);
  });
});
