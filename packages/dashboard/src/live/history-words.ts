import { useTranslation } from 'react-i18next';

/** "Read 34 chats, 210 messages while away", in the viewer's language. */
export function useHistoryWords(): (read: { readonly chats: number; readonly messages: number }) => string {
  const { t } = useTranslation();
  return ({ chats, messages }) =>
    t('history.read', {
      chats: t('history.chats', { count: chats }),
      messages: t('history.messages', { count: messages }),
    });
}
