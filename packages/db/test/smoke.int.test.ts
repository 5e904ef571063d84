import { freshDatabase, ownerQuery } from '@wbm/testkit';
import { expect, test } from 'vitest';

test('x', async () => {
  const db = await freshDatabase();
  expect(await ownerQuery(db.ownerUrl)('select count(*)::int as n from bots')).toEqual([{ n: 0 }]);
});
