import type { ServerNews } from '../wire.ts';
import { settle } from './outgoing.ts';
import { tellReaction } from './reactions.ts';
import { chatOf, keep, Msg, messageModel } from './store.ts';

/** What happened in the account while this page is logged in. A message that is not in memory hears of nothing. */
export function applyNews(news: ServerNews): void {
  switch (news.frame) {
    case 'message':
      chatOf(news.message.chat, news.name, news.members);
      keep(messageModel(news.message, true));
      break;
    case 'result':
      settle(news.key, news.ok);
      break;
    case 'reaction':
      tellReaction(news);
      break;
    case 'ack':
      Msg.get(news.key)?.set({ ack: news.ack });
      break;
    case 'edited': {
      const message = Msg.get(news.key);
      message?.set({
        [message.mediaObject ? 'caption' : 'body']: news.body,
        latestEditSenderTimestampMs: Date.now(),
      });
      break;
    }
    case 'revoked':
      Msg.get(news.key)?.set({ type: 'revoked', body: undefined, directPath: undefined });
      break;
    case 'decrypted': {
      const message = Msg.get(news.key);
      if (!message) break;
      // The text is no edit: only the type changes for those who listen. What the phone sends later is put in anew.
      if (!message.subtype) Object.assign(message, { body: news.body });
      message.set({ type: 'chat', subtype: undefined, body: news.body });
    }
  }
}
