import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { freePort } from './free-port.ts';

const loopback = Object.values(networkInterfaces()).flatMap((all) => all?.filter((one) => one.internal) ?? []);

it('gives away no port that somebody has on any address of the loopback interface', async () => {
  expect(loopback.length).toBeGreaterThan(0);
  for (const { address } of loopback) {
    const server = createServer().listen(0, address);
    await once(server, 'listening');
    const taken = server.address();
    const port = typeof taken === 'object' && taken ? taken.port : 0;
    expect(await freePort(port), address).not.toBe(port);
    server.close();
    await once(server, 'close');
    expect(await freePort(port), address).toBe(port);
  }
});
