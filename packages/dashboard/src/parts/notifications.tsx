import { lazy, Suspense, useEffect, useState } from 'react';
import { onFirstNews } from './notify.ts';

const Area = lazy(() => import('./notification-area.tsx'));

/** Where `notify` shows things. The code for it comes with the first of them. */
export function Notifications() {
  const [needed, setNeeded] = useState(false);
  useEffect(() => onFirstNews(() => setNeeded(true)), []);
  if (!needed) return null;
  return (
    <Suspense fallback={null}>
      <Area />
    </Suspense>
  );
}
