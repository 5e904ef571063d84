import type { ChangeNews } from './network.ts';
import type { EngineEvent } from './port.ts';

/** The chat that news are of. A hidden number makes the chat's address the LID, as in WhatsApp. */
export function jidOf({ phone, lid }: { readonly phone: string | null; readonly lid: string | null }): string {
  return phone === null ? `${lid}@lid` : `${phone.replace(/^\+/, '')}@c.us`;
}

/** What a simulated device tells of a change: the runner knows by it, too, which change is stored. */
export function changeOf(news: ChangeNews): Extract<EngineEvent, { event: ChangeNews['news'] }> {
  const { waMessageId, at, author } = news;
  const about = { waMessageId, jid: jidOf(news), fromMe: author === 'phone', at };
  switch (news.news) {
    case 'edit':
      return { event: 'edit', ...about, text: news.text };
    case 'revoke':
      return { event: 'revoke', ...about };
    case 'reaction':
      return { event: 'reaction', ...about, emoji: news.emoji };
  }
}
