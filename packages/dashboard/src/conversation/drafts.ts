import { useSyncExternalStore } from 'react';
import { admit, type RefusedFile } from '../media/files.ts';

/** What somebody is about to send. */
export interface Draft {
  readonly text: string;
  readonly files: readonly File[];
  /** Files that were put in last and could not be taken. */
  readonly refused: readonly RefusedFile[];
}

const empty: Draft = { text: '', files: [], refused: [] };
let drafts: ReadonlyMap<number, Draft> = new Map();
const listeners = new Set<() => void>();

/** Of each lead, kept beside the pages: a look at another lead costs nobody what they wrote. */
export function useDraft(leadId: number): Draft {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => drafts.get(leadId) ?? empty,
  );
}

export function changeDraft(leadId: number, change: Partial<Draft>): void {
  drafts = new Map(drafts).set(leadId, { ...(drafts.get(leadId) ?? empty), ...change });
  for (const listener of listeners) listener();
}

export function clearDraft(leadId: number): void {
  changeDraft(leadId, empty);
}

export function addFiles(leadId: number, files: readonly File[]): void {
  const { files: there } = drafts.get(leadId) ?? empty;
  const { kept, refused } = admit(files, there.length);
  changeDraft(leadId, { files: [...there, ...kept], refused });
}

/** Pure: a draft with what could not be sent put back, before what was written since. */
export function withPutBack(
  draft: Draft,
  { text, file }: { readonly text: string; readonly file: File | null },
): Draft {
  return {
    text: [text, draft.text].filter((words) => words !== '').join('\n'),
    files: file === null ? draft.files : [file, ...draft.files],
    refused: [],
  };
}

export function takeBack(leadId: number, unsent: Parameters<typeof withPutBack>[1]): void {
  changeDraft(leadId, withPutBack(drafts.get(leadId) ?? empty, unsent));
}
