import { useEffect, useState } from 'react';

const OVER_MS = 60_000;

/** How many a minute, over the last minute of what this page has seen. */
export function usePace(done: number): number {
  const [seen, setSeen] = useState<readonly { at: number; done: number }[]>([]);
  useEffect(() => {
    const at = Date.now();
    // eslint-disable-next-line react-hooks/set-state-in-effect -- the time at which a number came is known only when it has come
    setSeen((known) => [...known.filter((one) => at - one.at <= OVER_MS), { at, done }]);
  }, [done]);
  const [first, last] = [seen[0], seen.at(-1)];
  if (!first || !last || last.at - first.at < 1_000) return 0;
  return Math.max(0, ((last.done - first.done) / (last.at - first.at)) * 60_000);
}
