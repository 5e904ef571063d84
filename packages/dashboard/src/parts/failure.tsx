import { CircleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSentence } from '../i18n/sentence.ts';
import { Button } from './button.tsx';
import { Empty } from './empty.tsx';

/** Something could not be shown: what happened, and the way to try again. */
export function Failure({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  return (
    <div role="alert">
      <Empty
        icon={CircleAlert}
        title={t('failure.title')}
        action={onRetry ? <Button onClick={onRetry}>{t('common.tryAgain')}</Button> : null}
      >
        {sentence(error)}
      </Empty>
    </div>
  );
}
