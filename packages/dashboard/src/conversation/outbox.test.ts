import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { changed, discard, type OutboxItem, retry, sendOptimistically, unconfirmed } from './outbox.ts';

const item = (clientId: string, over: Partial<OutboxItem> = {}): OutboxItem => ({
  clientId,
  leadId: 1,
  text: 'hi',
  file: null,
  mediaId: null,
  share: 0,
  at: '2026-01-01T00:00:00.000Z',
  problem: null,
  ...over,
});

describe('the outbox', () => {
  it('keeps what failed, with why, until it is sent again or dropped', () => {
    const failed = changed([item('a'), item('b')], { do: 'fail', clientId: 'a', problem: 'away' });
    expect(failed.map((i) => i.problem)).toEqual(['away', null]);
    expect(changed(failed, { do: 'retry', clientId: 'a' }).map((i) => i.problem)).toEqual([null, null]);
    expect(changed(failed, { do: 'drop', clientId: 'a' }).map((i) => i.clientId)).toEqual(['b']);
  });

  it('follows an upload, and keeps what is uploaded when the message itself fails', () => {
    let items: readonly OutboxItem[] = [item('a'), item('b')];
    items = changed(items, { do: 'share', clientId: 'a', share: 0.4 });
    expect(items.map((i) => i.share)).toEqual([0.4, 0]);
    items = changed(items, { do: 'uploaded', clientId: 'a', mediaId: 'm' });
    items = changed(items, { do: 'fail', clientId: 'a', problem: 'away' });
    items = changed(items, { do: 'retry', clientId: 'a' });
    expect(items[0]).toMatchObject({ mediaId: 'm', share: 1, problem: null, text: 'hi' });
  });

  it('does not bring back what was dropped while it was on its way', () => {
    expect(changed([], { do: 'fail', clientId: 'a', problem: 'away' })).toEqual([]);
  });

  it('shows only what has not arrived, and only in its own chat', () => {
    const items = [item('a'), item('b'), item('c', { leadId: 2 })];
    expect(unconfirmed(items, 1, [{ clientId: 'a' }, { clientId: null }]).map((i) => i.clientId)).toEqual(['b']);
  });
});

describe('sending', () => {
  /** The gateway, answered by hand: what was posted, in order, and what answers the last of it. */
  let posted: string[];
  let answer: (status: number) => void;
  const uploads = vi.fn();

  beforeEach(() => {
    posted = [];
    vi.stubGlobal('XMLHttpRequest', uploads);
    vi.stubGlobal('fetch', (path: string, { body }: { body: string }) => {
      posted.push(`${path.split('/')[3]} ${JSON.parse(body).text}`);
      return new Promise((resolve) => {
        answer = (status) => resolve(new Response('{}', { status }));
      });
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
  const send = (leadId: number, text: string, file: File | null = null) => {
    vi.spyOn(crypto, 'randomUUID').mockReturnValueOnce(text as ReturnType<typeof crypto.randomUUID>);
    return sendOptimistically(leadId, { text, file }, () => undefined);
  };

  it('lets what was sent first leave first, whatever becomes of it; other chats do not wait', async () => {
    const first = send(1, 'first');
    const second = send(1, 'second');
    await vi.waitFor(() => expect(posted).toEqual(['1 first']));
    void send(2, 'elsewhere');
    const firstAnswers = answer;
    await vi.waitFor(() => expect(posted).toEqual(['1 first', '2 elsewhere']));
    firstAnswers(503);
    await first;
    await vi.waitFor(() => expect(posted.at(-1)).toBe('1 second'));
    void retry(item('first'), () => undefined);
    answer(503);
    await second;
    await vi.waitFor(() => expect(posted.at(-1)).toBe('1 first'));
    answer(503);
  });

  it('sends nothing that was discarded while it waited', async () => {
    void send(3, 'before');
    const film = send(3, 'film', new File(['x'], 'film.mp4'));
    await vi.waitFor(() => expect(posted).toEqual(['3 before']));
    discard(item('film'));
    answer(503);
    await film;
    expect(uploads).not.toHaveBeenCalled();
    expect(posted).toEqual(['3 before']);
  });
});

describe('sending a file', () => {
  const ids = ['6e0a3a5e-7a0e-4d53-9c26-0f5b0f1f5a11', '6e0a3a5e-7a0e-4d53-9c26-0f5b0f1f5a12'] as const;
  const [first, second] = ids;
  /** The ids of the uploads, in order; the posts, each with the file that it named; and what each of them is refused for. */
  let uploaded: string[];
  let posted: { text: string; mediaId: string }[];
  let refusals: string[];

  beforeEach(() => {
    [uploaded, posted, refusals] = [[], [], []];
    const media = { kind: 'document', mimeType: 'application/pdf', name: 'offer.pdf', size: 1, seconds: null };
    class Upload {
      readonly upload = {};
      status = 201;
      responseText = '';
      onload = () => undefined;
      onloadend = () => undefined;
      open() {}
      setRequestHeader() {}
      send() {
        const id = ids[uploaded.length] ?? '';
        uploaded.push(id);
        this.responseText = JSON.stringify({ ...media, id, state: 'stored' });
        this.onload();
        this.onloadend();
      }
    }
    vi.stubGlobal('XMLHttpRequest', Upload);
    vi.stubGlobal('fetch', async (_path: string, { body }: { body: string }) => {
      const { text, mediaId } = JSON.parse(body);
      posted.push({ text, mediaId });
      const code = refusals.shift() ?? 'unavailable';
      const problem = { type: 'about:blank', title: code, status: 409, code, detail: code, instance: '/' };
      return new Response(JSON.stringify(problem), { status: 409 });
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
  const send = (clientId: string, text: string, file: File) => {
    vi.spyOn(crypto, 'randomUUID').mockReturnValueOnce(clientId as ReturnType<typeof crypto.randomUUID>);
    return sendOptimistically(4, { text, file }, () => undefined);
  };

  it('uploads once what is refused, changed and sent again, and once what is tried again', async () => {
    const file = new File(['x'], 'offer.pdf');
    await send('refused', 'offr', file);
    discard(item('refused'));
    await send('changed', 'offer', file);
    await retry(item('changed', { leadId: 4 }), () => undefined);
    expect(uploaded).toEqual([first]);
    expect(posted).toEqual([
      { text: 'offr', mediaId: first },
      { text: 'offer', mediaId: first },
      { text: 'offer', mediaId: first },
    ]);
  });

  it('uploads again what the gateway has no longer, and fails when that is of no use', async () => {
    const file = new File(['x'], 'offer.pdf');
    await send('kept', 'offer', file);
    refusals = ['unknown-media', 'unknown-media'];
    await retry(item('kept', { leadId: 4 }), () => undefined);
    expect(uploaded).toEqual([first, second]);
    expect(posted.map(({ mediaId }) => mediaId)).toEqual([first, first, second]);
  });
});
