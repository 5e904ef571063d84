import { lazy } from 'react';

const load = () => import('./conversation.tsx');

/** The conversation for a page that begins without one; its code comes with the first that is opened. */
export const LazyConversation = lazy(async () => ({ default: (await load()).Conversation }));

/** Fetches that code ahead: somebody is about to open one. */
export const preloadConversation = () => void load();
