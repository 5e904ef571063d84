import { useEffect, useState } from 'react';

/** The moment, to the second, for what is counted down before somebody's eyes. Elsewhere `useNow` is enough. */
export function useSeconds(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
