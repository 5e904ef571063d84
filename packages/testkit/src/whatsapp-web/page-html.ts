import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PageBehaviour } from './behaviour.ts';

type PageSettings = { readonly url: string; readonly version: string; readonly behaviour: PageBehaviour };

const folder = fileURLToPath(new URL('./page', import.meta.url));

/**
 * The page as one file that loads nothing: the library answers exactly one address from its cache, and a test page must
 * not ask the network for anything else. The modules of `page/` are put into a small registry, and `main.ts` is run.
 */
export function pageHtml(settings: PageSettings): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const modules = files.map((name) => asFunction(basename(name), readFileSync(join(folder, name), 'utf8')));
  const script = `(() => {
const modules = {${modules.join(',\n')}};
const loaded = {};
const load = (name) => (loaded[name] ??= modules[name](load));
load('main.ts').main(${JSON.stringify(settings)});
})();`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>WhatsApp</title><link rel="icon" href="data:,"></head>
<body><div id="app"></div><script>${script.replaceAll('</script', '<\\/script')}</script></body></html>
`;
}

/** Our own modules only: each import and export in the one form that this folder uses. */
function asFunction(name: string, source: string): string {
  const exported: string[] = [];
  const body = stripTypeScriptTypes(source)
    .replace(/^import (\{[^}]*\}) from '\.\/([\w-]+\.ts)';$/gm, "const $1 = load('$2');")
    .replace(/^export ((?:async )?(?:function|class|const) (\w+))/gm, (_all, rest: string, exportedName: string) => {
      exported.push(exportedName);
      return rest;
    });
  if (/^(import|export) /m.test(body)) throw new Error(`page/${name} has an import or export of another form`);
  return `${JSON.stringify(name)}: (load) => {${body}\nreturn { ${exported.join(', ')} };}`;
}
