import { CloudOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLinkState } from '../live/live.tsx';

/** A blink of the connection is nobody's business. */
const quietMs = 2_500;

/** Says quietly that live news are not coming, for as long as that is so. */
export function LinkBanner() {
  const { t } = useTranslation();
  const down = useLinkState() !== 'up';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!down) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), quietMs);
    return () => clearTimeout(timer);
  }, [down]);
  return (
    <div role="status">
      {shown ? (
        <p className="flex items-center justify-center gap-2 bg-warn-soft px-3 py-1.5 text-center text-warn text-xs">
          <CloudOff aria-hidden className="size-3.5 shrink-0" />
          {t('live.down')}
        </p>
      ) : null}
    </div>
  );
}
