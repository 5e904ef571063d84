import { problem as problemSchema } from '@wbm/contracts';

/**
 * Why a call did not succeed, in one shape for everything that can go wrong between a page and the gateway.
 *
 * `code` is the gateway's stable word for it, or one of ours: `unreachable` (nobody answered), `unexpected-answer`
 * (an answer that is not in the contracts) and `http-<status>` (an error that is no problem document).
 * `status` is 0 when nobody answered.
 */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  /** The gateway's own sentence, in English. Pages prefer their translated one. */
  readonly detail: string | null;
  readonly errors: readonly { readonly path: string; readonly message: string }[];

  constructor(
    status: number,
    code: string,
    detail: string | null,
    errors: readonly { readonly path: string; readonly message: string }[] = [],
    cause?: unknown,
  ) {
    super(detail ?? code, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.errors = errors;
  }
}

/** Reads an error answer: an RFC 9457 document if it is one, else what can be said from the status alone. */
export function problemFrom(status: number, body: unknown): ApiProblem {
  const parsed = problemSchema.safeParse(body);
  if (!parsed.success) return new ApiProblem(status, `http-${status}`, null);
  return new ApiProblem(status, parsed.data.code, parsed.data.detail ?? parsed.data.title, parsed.data.errors ?? []);
}

/** Whether asking again, unchanged, may succeed. */
export function isPassing(problem: unknown): boolean {
  return problem instanceof ApiProblem && (problem.status === 0 || problem.status === 429 || problem.status >= 502);
}
