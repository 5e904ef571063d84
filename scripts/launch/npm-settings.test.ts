import { expect, it } from 'vitest';

const { withoutNpmSettings }: { withoutNpmSettings(env: Record<string, string>): Record<string, string> } =
  await import(new URL('./npm-settings.mjs', import.meta.url).href);

it('keeps the registry and the way to it, for npm and for pnpm, and nothing else of npm', () => {
  const env = {
    PATH: '/bin',
    HTTPS_PROXY: 'http://proxy.example',
    npm_config_user_agent: 'npm/11',
    npm_config_prefix: '/usr',
    npm_package_name: 'whatsapp-bot-manager',
    npm_lifecycle_event: 'start',
    NPM_CONFIG_REGISTRY: 'https://registry.example/',
    npm_config_cafile: '/etc/company.pem',
    npm_config_userconfig: '/home/ana/.npmrc',
    npm_config_noproxy: '',
    npm_config_strict_ssl: '',
    npm_config_proxy: 'http://one.example',
    pnpm_config_proxy: 'http://another.example',
  };
  expect(withoutNpmSettings(env)).toEqual({
    PATH: '/bin',
    HTTPS_PROXY: 'http://proxy.example',
    npm_config_registry: 'https://registry.example/',
    pnpm_config_registry: 'https://registry.example/',
    npm_config_cafile: '/etc/company.pem',
    pnpm_config_cafile: '/etc/company.pem',
    npm_config_userconfig: '/home/ana/.npmrc',
    npm_config_strict_ssl: 'false',
    pnpm_config_strict_ssl: 'false',
    npm_config_proxy: 'http://one.example',
    pnpm_config_proxy: 'http://another.example',
  });
});
