import { defineConfig } from 'prisma/config';

/** Where the Prisma command line finds the schema and the migrations. The services never read this file. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
