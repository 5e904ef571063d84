import { type ServiceName, serviceNames } from '@wbm/runtime';

/**
 * The database role a service works as. Services log in with one shared login that can do nothing by itself and
 * become this role for the whole connection, so that what each of them may touch is a matter of grants.
 */
export function roleOf(service: ServiceName): string {
  return `wbm_${service.replaceAll('-', '_')}`;
}

export const serviceRoles: readonly string[] = serviceNames.map(roleOf);
