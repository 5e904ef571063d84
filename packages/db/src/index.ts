export { ConstraintViolation } from './errors/constraint-violation.ts';
export { diffSchema } from './migrator/diff-schema.ts';
export { type MigrateOptions, migrate } from './migrator/migrate.ts';
export { migrateEnv } from './migrator/migrate-env.ts';
export { roleOf, serviceRoles } from './service-roles.ts';
