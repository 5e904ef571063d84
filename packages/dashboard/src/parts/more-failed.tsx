import { useTranslation } from 'react-i18next';
import { useSentence } from '../i18n/sentence.ts';
import { Button } from './button.tsx';

/** Where a list would go on: why it does not, and the way to try again. What is shown of the list stays. */
export function MoreFailed({
  error,
  busy,
  onRetry,
}: {
  readonly error: unknown;
  readonly busy: boolean;
  readonly onRetry: () => void;
}) {
  const { t } = useTranslation();
  const sentence = useSentence();
  return (
    <div role="alert" className="flex flex-wrap items-center justify-center gap-1.5 p-2 text-bad text-xs">
      <span>{sentence(error)}</span>
      <Button size="sm" busy={busy} onClick={onRetry}>
        {t('common.tryAgain')}
      </Button>
    </div>
  );
}
