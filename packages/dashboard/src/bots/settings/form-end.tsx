import { useTranslation } from 'react-i18next';
import { useSentence } from '../../i18n/sentence.ts';
import { Button } from '../../parts/button.tsx';

/** The end of a form in a window: what went wrong, the way out, and the way on. */
export function FormEnd({
  problem,
  busy,
  onClose,
}: {
  readonly problem: unknown;
  readonly busy: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const sentence = useSentence();
  return (
    <>
      {problem ? (
        <p role="alert" className="text-bad text-sm">
          {sentence(problem)}
        </p>
      ) : null}
      <div className="mt-1 flex justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" look="primary" busy={busy}>
          {t('common.save')}
        </Button>
      </div>
    </>
  );
}
