import { Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../api/problem.ts';
import { useSentence } from '../../i18n/sentence.ts';
import { Button } from '../../parts/button.tsx';
import { Notice } from '../../parts/notice.tsx';

/** The end of a form in a window: what went wrong, the way out, and the way on. */
export function FormEnd({
  problem,
  busy,
  onClose,
  onLoad,
}: {
  readonly problem: unknown;
  readonly busy: boolean;
  readonly onClose: () => void;
  /** Puts the current values below what was typed; for when somebody else was faster. */
  readonly onLoad: () => void;
}) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const stale = problem instanceof ApiProblem && problem.code === 'stale-version';
  return (
    <>
      {problem && stale ? (
        <Notice
          icon={Users}
          tone="warn"
          live
          action={
            <Button size="sm" onClick={onLoad}>
              {t('settings.load')}
            </Button>
          }
        >
          {t('settings.stale')}
        </Notice>
      ) : null}
      {problem && !stale ? (
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
