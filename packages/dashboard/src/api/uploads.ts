import { type MediaView, mediaView } from '@wbm/contracts';
import { ApiProblem, problemFrom } from './problem.ts';
import { queryString } from './request.ts';

/**
 * Uploads one file, to be sent with a message: as what its bytes say, or as a document. `onProgress` hears the share of it that is there, 0 to 1; it takes an
 * XMLHttpRequest, because `fetch` tells nobody how far it is. Throws `ApiProblem`, or the signal's reason on abort.
 */
export function uploadFile(
  file: File,
  as: 'document' | undefined,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<MediaView> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    const abort = () => call.abort();
    signal.addEventListener('abort', abort);
    call.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    call.onabort = () => reject(signal.reason);
    call.onerror = () => reject(new ApiProblem(0, 'unreachable', null));
    call.onload = () => {
      const body = parse(call.responseText);
      if (call.status < 200 || call.status > 299) return reject(problemFrom(call.status, body));
      const media = mediaView.safeParse(body);
      return media.success ? resolve(media.data) : reject(new ApiProblem(200, 'unexpected-answer', null));
    };
    call.onloadend = () => signal.removeEventListener('abort', abort);
    call.open('POST', `/api/uploads${queryString({ as })}`);
    call.setRequestHeader('accept', 'application/json');
    const form = new FormData();
    form.append('file', file, file.name);
    call.send(form);
  });
}

/** Whether a message was refused because the gateway has its file no longer: what is not sent within a day is removed. */
export function isGone(problem: unknown): boolean {
  return problem instanceof ApiProblem && problem.code === 'unknown-media';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
