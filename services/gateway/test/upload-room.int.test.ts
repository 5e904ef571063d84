import { MOST_UNSENT } from '@wbm/domain';
import { heldLock, waitFor, waitsForLock } from '@wbm/testkit';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { aForm, aFormInParts, aPicture } from './a-file.ts';
import { aFilePlace, type FilePlace, MB, refusal } from './a-file-place.ts';

let world: FilePlace;
beforeAll(async () => {
  world = await aFilePlace();
});
beforeEach(async () => {
  await world.query('update lead_messages set media_id = null');
  await world.query('delete from media');
});

/** So many files that somebody uploaded and did not send, each of so many bytes. */
const unsent = (files: number, bytes: number) =>
  world.query(
    `insert into media (workspace_id, kind, mime_type, size, state, due_at)
     select $1, 'document', 'text/plain', $3, 'stored', now() + interval '1 day' from generate_series(1, $2::int)`,
    [world.here.workspace.workspaceId, files, bytes],
  );
const picture = () => world.upload(aForm(aPicture(), 'a.png'));
const document = () => world.upload(aForm(Buffer.from('some words'), 'a.txt'));
const statuses = async (answers: Promise<Response>[]) => (await Promise.all(answers)).map(({ status }) => status);

it('of many at once no more are taken than there is room for, and what is refused leaves nothing', async () => {
  await unsent(MOST_UNSENT.files - 2, 1);
  // Each has looked, and none can enter its file yet.
  const release = await heldLock(world.database.ownerUrl, 'lock table media in share mode');
  // Fewer than the gateway has connections.
  const uploads = statuses(Array.from({ length: 5 }, picture));
  await waitsForLock(world.query, 'gateway', 3);
  await release();
  const answers = await uploads;
  expect(answers.toSorted()).toEqual([201, 201, 409, 409, 409]);
  expect(await world.kept()).toMatchObject({ rows: MOST_UNSENT.files });
  expect(await refusal(await picture())).toEqual({
    status: 409,
    code: 'too-many-unsent-files',
    detail: expect.stringMatching(/200, or 1 GB.*Send some of them, or wait/),
  });
});

it('what was sent makes room, and so does what nobody sent for a day; another workspace has its own', async () => {
  await unsent(MOST_UNSENT.files - 1, 1);
  const { id } = await world.uploaded(aPicture(), 'a.png');
  expect((await picture()).status).toBe(409);
  const elsewhere = await world.upload(aForm(aPicture(), 'a.png'), { cookie: world.elsewhere.cookies.vendor });
  expect(elsewhere.status).toBe(201);

  await world.here.as.vendor('POST', `/api/leads/${world.here.leadId}/claim`);
  const sent = await world.here.as.vendor('POST', `/api/leads/${world.here.leadId}/messages`, {
    body: { mediaId: id },
  });
  expect(sent.statusCode, sent.body).toBe(201);
  expect((await statuses([picture(), picture()])).toSorted()).toEqual([201, 409]);

  const [old] = await world.query<{ id: string }>(
    `select id from media where workspace_id = $1 and mime_type = 'text/plain' limit 1`,
    [world.here.workspace.workspaceId],
  );
  await world.aDayLater(old?.id ?? '');
  await world.removeUnneeded();
  expect((await picture()).status).toBe(201);
});

it('one that runs has the room of the largest it could be, and keeps what it needs', async () => {
  // Room for one document, which may have 32 MB, and a little.
  await unsent(1, MOST_UNSENT.bytes - 40 * MB);
  const running = aFormInParts();
  const answer = world.upload(running.body, { headers: running.headers });
  await waitFor(async () => (await world.kept()).rows === 2, { what: 'the upload to begin' });
  expect((await document()).status).toBe(409);
  running.end();
  expect((await answer).status).toBe(201);
  expect((await document()).status).toBe(201);
  await unsent(1, 20 * MB);
  expect([(await document()).status, (await picture()).status]).toEqual([409, 201]);
});
