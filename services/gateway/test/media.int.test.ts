import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { mediaKey } from '@wbm/domain';
import { beforeAll, describe, expect, it } from 'vitest';
import { aPicture } from './a-file.ts';
import { aFilePlace, type FilePlace, MB } from './a-file-place.ts';
import { expectProblem } from './a-gateway.ts';
import { aWorkplace, epochOf, workers } from './a-workplace.ts';

let world: FilePlace;
beforeAll(async () => {
  world = await aFilePlace();
});

describe('a file of a customer', () => {
  /** One that came with a message and waits to be fetched. */
  async function aPending(workspaceId: string, botId: string, overrides = '') {
    const [row] = await world.query<{ id: string }>(
      `insert into media (workspace_id, bot_id, wa_message_id, chat_jid, kind, mime_type, state, due_at)
       values ($1, $2, $3, 'x@c.us', 'image', 'image/png', ${overrides || "'pending', now()"}) returning id`,
      [workspaceId, botId, `wa-${randomUUID()}`],
    );
    return row?.id ?? '';
  }

  it('can be had when it is stored, and asked for again when it could not be had', async () => {
    const { workspaceId } = world.here.workspace;
    const { botId } = world.here;
    const { media } = (await workers(world.database)).runner.workspace(workspaceId);
    const epoch = await epochOf((await workers(world.database)).runner, botId);
    const mediaId = await aPending(workspaceId, botId);
    expect((await world.get(mediaId)).status).toBe(404);
    expect(await media.fetched(botId, epoch - 1, mediaId, { outcome: 'gone' })).toEqual({ outcome: 'moved' });
    expect(await media.fetched(botId, epoch, mediaId, { outcome: 'later', retryMs: 60_000 })).toMatchObject({
      outcome: 'marked',
    });
    expect((await media.due(botId, 10)).map((due) => due.mediaId)).not.toContain(mediaId);
    expect(await media.fetched(botId, epoch, mediaId, { outcome: 'failed' })).toMatchObject({ outcome: 'marked' });
    expect(await media.fetched(botId, epoch, mediaId, { outcome: 'gone' })).toEqual({ outcome: 'deleted' });

    expectProblem(await world.elsewhere.as.admin('POST', `/api/media/${mediaId}/fetch`), 404, 'unknown-media');
    expect((await world.here.as.vendor('POST', `/api/media/${mediaId}/fetch`)).statusCode).toBe(204);
    expect(await media.due(botId, 10)).toContainEqual(expect.objectContaining({ mediaId, tries: 0 }));
    await world.gateway.blobs.put(mediaKey(workspaceId, mediaId), Readable.from([aPicture()]), { maxBytes: MB });
    await media.fetched(botId, epoch, mediaId, { outcome: 'stored', size: 99, mimeType: null });
    expect((await world.get(mediaId)).status).toBe(200);
    expect((await world.here.as.vendor('POST', `/api/media/${mediaId}/fetch`)).statusCode).toBe(204);
    expectProblem(await world.here.as.vendor('POST', `/api/media/${randomUUID()}/fetch`), 404, 'unknown-media');
    expectProblem(await world.here.as.vendor('GET', '/api/media/nonsense'), 404, 'unknown-media');
  });

  it('costs a try before it is fetched, and what kept it from being had may give that back', async () => {
    const { botId, workspace } = world.here;
    const { runner } = await workers(world.database);
    const { media } = runner.workspace(workspace.workspaceId);
    const epoch = await epochOf(runner, botId);
    const mediaId = await aPending(workspace.workspaceId, botId);
    const row = async () => (await world.query('select tries, due_at from media where id = $1', [mediaId]))[0];
    const isDue = async () => (await media.due(botId, 100)).some((due) => due.mediaId === mediaId);
    expect(await media.beginFetch(botId, epoch - 1, mediaId, 60_000)).toBe('moved');
    expect(await isDue()).toBe(true);
    expect(await media.beginFetch(botId, epoch, mediaId, 60_000)).toBe('begun');
    expect([await isDue(), await row()]).toEqual([false, expect.objectContaining({ tries: 1 })]);
    await media.fetched(botId, epoch, mediaId, { outcome: 'later', retryMs: 60_000 });
    expect(await row()).toMatchObject({ tries: 1 });
    await media.fetched(botId, epoch, mediaId, { outcome: 'untried', retryMs: 0 });
    expect([await isDue(), await row()]).toEqual([true, expect.objectContaining({ tries: 0 })]);
    await media.fetched(botId, epoch, mediaId, { outcome: 'gone' });
    expect(await media.beginFetch(botId, epoch, mediaId, 60_000)).toBe('settled');
  });

  it('of a bot that was deleted is not waited for, and cannot be asked for', async () => {
    const place = await aWorkplace(world.gateway, world.database);
    const mediaId = await aPending(place.workspace.workspaceId, place.botId);
    expect((await place.as.admin('DELETE', `/api/bots/${place.botId}`)).statusCode).toBe(204);
    const { media } = world.gateway.stores.workspace(place.workspace.workspaceId);
    expect(await media.get(mediaId)).toMatchObject({ state: 'failed' });
    expect(await media.askAgain(mediaId)).toBeNull();
    expect(await media.get(mediaId)).toMatchObject({ state: 'failed' });
  });

  it('that was taken back goes also when it is kept by somebody who never heard of it', async () => {
    const { workspaceId } = world.here.workspace;
    const [row] = await world.query<{ id: string }>(
      `insert into media (workspace_id, bot_id, wa_message_id, chat_jid, kind, mime_type, size, state, due_at)
       values ($1, $2, $3, 'x@c.us', 'image', 'image/png', 0, 'deleted', now() + interval '1 hour') returning id`,
      [workspaceId, world.here.botId, `wa-${randomUUID()}`],
    );
    const key = mediaKey(workspaceId, row?.id ?? '');
    await world.removeUnneeded();
    await world.gateway.blobs.put(key, Readable.from([aPicture()]), { maxBytes: MB });
    await world.aDayLater(row?.id ?? '');
    await world.removeUnneeded();
    expect(await world.gateway.blobs.exists(key)).toBe(false);
    expect(await world.gateway.stores.removals.due(10)).toEqual([]);
  });
});
