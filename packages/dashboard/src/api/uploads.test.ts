import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { uploadFile } from './uploads.ts';

const media = {
  id: '6e0a3a5e-7a0e-4d53-9c26-0f5b0f1f5a11',
  kind: 'document',
  mimeType: 'application/pdf',
  name: 'offer.pdf',
  size: 4,
  seconds: null,
  state: 'stored',
};

/** The browser's call, answered by hand. */
class Call {
  static last: Call;
  readonly upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  onloadend?: () => void;
  status = 0;
  responseText = '';
  sent: FormData | null = null;
  constructor() {
    Call.last = this;
  }
  path = '';
  open(_method: string, path: string): void {
    this.path = path;
  }
  setRequestHeader(): void {}
  abort(): void {
    this.onabort?.();
  }
  send(form: FormData): void {
    this.sent = form;
  }
  answer(status: number, body: unknown): void {
    Object.assign(this, { status, responseText: typeof body === 'string' ? body : JSON.stringify(body) });
    this.onload?.();
    this.onloadend?.();
  }
}

beforeEach(() => vi.stubGlobal('XMLHttpRequest', Call));
afterEach(() => vi.unstubAllGlobals());

const file = new File(['%PDF'], 'offer.pdf', { type: 'application/pdf' });
const begin = (heard: (share: number) => void = () => undefined, signal = new AbortController().signal) =>
  uploadFile(file, undefined, heard, signal);

it('uploads the file with its name, tells how far it is, and answers what the gateway calls it', async () => {
  const shares: number[] = [];
  const uploaded = begin((share) => void shares.push(share));
  Call.last.upload.onprogress?.({ loaded: 1, total: 4 });
  Call.last.answer(201, media);
  expect(await uploaded).toEqual(media);
  expect(shares).toEqual([0.25]);
  expect(Call.last.sent?.get('file')).toMatchObject({ name: 'offer.pdf', size: 4 });
});

it.each([
  [413, { type: 'x', title: 'Too large', status: 413, code: 'file-too-large' }, 'file-too-large'],
  [502, '<html>', 'http-502'],
  [201, { id: 1 }, 'unexpected-answer'],
])('an answer of %i fails as what it is', async (status, body, code) => {
  const uploaded = begin();
  Call.last.answer(status, body);
  await expect(uploaded).rejects.toMatchObject({ name: 'ApiProblem', code });
});

it('says when the file is to go as a document, whatever it is', () => {
  void begin();
  expect(Call.last.path).toBe('/api/uploads');
  void uploadFile(file, 'document', () => undefined, new AbortController().signal);
  expect(Call.last.path).toBe('/api/uploads?as=document');
});

it('fails as unreachable when nobody answers, and with the reason when it is ended', async () => {
  const alone = begin();
  Call.last.onerror?.();
  await expect(alone).rejects.toMatchObject({ status: 0, code: 'unreachable' });
  const controller = new AbortController();
  const ended = begin(undefined, controller.signal);
  controller.abort();
  await expect(ended).rejects.toThrow(/aborted/);
});
