export type Kind = 'success' | 'info' | 'error';
export interface News {
  readonly kind: Kind;
  readonly words: string;
}

let show: ((news: News) => void) | null = null;
let unshown: readonly News[] = [];
let wake: (() => void) | null = null;

function say(news: News): void {
  if (show) {
    show(news);
    return;
  }
  unshown = [...unshown, news];
  wake?.();
}

/** Tells the viewer something that happened, for a few seconds, wherever they are. */
export const notify = {
  success: (words: string) => say({ kind: 'success', words }),
  info: (words: string) => say({ kind: 'info', words }),
  error: (words: string) => say({ kind: 'error', words }),
};

/** For `Notifications`: hears when there is something to show for the first time. */
export function onFirstNews(heard: () => void): () => void {
  wake = heard;
  if (unshown.length > 0) heard();
  return () => {
    wake = null;
  };
}

/** For the area on the page: takes what waited, and everything from now on. */
export function showNews(present: (news: News) => void): () => void {
  show = present;
  for (const news of unshown) present(news);
  unshown = [];
  return () => {
    show = null;
  };
}
