import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { checkGivenServer } from './given-server.ts';

it('lets pass who is there, and says of others what to do and never the password', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const redis = `redis://:hunter2@127.0.0.1:${port}`;
  await checkGivenServer('redis', 'REDIS_URL', redis);
  server.close();
  await once(server, 'close');
  const refused = checkGivenServer('redis', 'REDIS_URL', redis);
  await expect(refused).rejects.toThrow(`Nobody answers at 127.0.0.1:${port}, where REDIS_URL says Redis is.`);
  await expect(refused).rejects.not.toThrow(/hunter2/);
});

it.each(['nonsense', 'http://u:hunter2@db/x', 'redis://127.0.0.1'])('%s is no Postgres', async (url) => {
  const refused = checkGivenServer('postgres', 'DATABASE_URL', url);
  await expect(refused).rejects.toThrow('DATABASE_URL must be a URL beginning with postgres:// or postgresql://');
  await expect(refused).rejects.not.toThrow(/hunter2/);
});

it('leaves sockets of the file system alone', async () => {
  await checkGivenServer('postgres', 'DATABASE_URL', 'postgresql://wbm@%2Fvar%2Frun%2Fpostgresql/wbm');
  await checkGivenServer('postgres', 'DATABASE_URL', 'postgresql:///wbm?host=/var/run/postgresql');
});
