import { lazy } from 'react';
import { loadWords } from '../i18n/i18n.ts';

async function load() {
  const [code] = await Promise.all([import('./conversation.tsx'), loadWords('chat')]);
  return code;
}

/** The conversation for a page that begins without one; its code comes with the first that is opened. */
export const LazyConversation = lazy(async () => ({ default: (await load()).Conversation }));

/** Fetches that code ahead: somebody is about to open one. */
export const preloadConversation = () => void load();
