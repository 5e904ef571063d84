// What of npm's own settings the tools we start may see.

/** Where packages come from and how the network lets them through: on a company's machine nothing installs without. */
const kept = new Set(['registry', 'proxy', 'https_proxy', 'noproxy', 'cafile', 'strict_ssl', 'userconfig']);

/**
 * A copy of `env` without what npm tells its children about its own run, which other tools would take for settings.
 * The settings of the registry and the network stay, and stand there a second time as `pnpm_config_*`, the only name
 * under which pnpm reads them. npm writes `false` as an empty text, and an unset text too.
 */
export function withoutNpmSettings(env) {
  const result = {};
  for (const [name, value] of Object.entries(env)) {
    const [, kind, setting] = /^npm_(config|package|lifecycle)_(.+)$/i.exec(name) ?? [];
    if (!kind) {
      result[name] = value;
      continue;
    }
    const known = setting.toLowerCase().replaceAll('-', '_');
    if (kind.toLowerCase() !== 'config' || !kept.has(known)) continue;
    const meant = value === '' && known === 'strict_ssl' ? 'false' : value;
    if (!meant) continue;
    result[`npm_config_${known}`] = meant;
    if (known !== 'userconfig' && !env[`pnpm_config_${known}`]) result[`pnpm_config_${known}`] = meant;
  }
  return result;
}
