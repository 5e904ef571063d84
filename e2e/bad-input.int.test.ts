import type { Problem } from '@wbm/contracts';
import { startService, waitFor } from '@wbm/testkit';
import { expect, test } from 'vitest';
import { startProduct } from './harness/product.ts';

test('bad input gets one clear error each, and the product goes on', async () => {
  const product = await startProduct();
  const bot = await product.bot({ id: 'patient', quietMs: 300 });
  const { baseUrl, cookie } = product.admin;
  const raw = async (body: string) => {
    const response = await fetch(`${baseUrl}/api/bots`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body,
    });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      problem: (await response.json()) as Problem,
    };
  };

  const invalid = await raw('{"name": ');
  expect(invalid).toMatchObject({ status: 400, problem: { status: 400 } });
  expect(invalid.type).toContain('application/problem+json');
  const huge = await raw(JSON.stringify({ name: 'x', prompt: 'y'.repeat(70_000) }));
  expect(huge).toMatchObject({ status: 413, problem: { status: 413 } });
  expect(huge.problem.detail).toMatch(/64/);
  const unknown = await product.admin.get<Problem>('/api/bots/nobody');
  expect(unknown).toMatchObject({ status: 404, body: { status: 404 } });
  const faulty = await product.admin.send<Problem>('POST', '/api/bots', { name: '', prompt: '' });
  expect(faulty.status).toBe(400);
  expect(faulty.body.errors?.map((error) => error.path)).toEqual(expect.arrayContaining(['body.name', 'body.prompt']));

  const customer = product.customer(bot.id, '+5511987650501');
  await customer.write('still there?');
  await waitFor(async () => (await customer.received()).length > 0, { what: 'an answer after all that' });
});

test('a bad variable stops a service with one list of all faults and none of their values', async () => {
  const secret = 'postgres://somebody:hunter2@';
  const attempt = startService('lead-worker', { DATABASE_URL: secret, REDIS_URL: 'nonsense', LOG_LEVEL: 'loud' });
  await expect(attempt).rejects.toThrow(/DATABASE_URL[\s\S]*REDIS_URL|REDIS_URL[\s\S]*DATABASE_URL/);
  await expect(attempt).rejects.toThrow(/LOG_LEVEL/);
  await expect(attempt).rejects.not.toThrow(/hunter2/);
});
