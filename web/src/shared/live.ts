import { useEffect, useState } from 'react';

export interface Live<T> {
  readonly value: T | null;
  /** `over`: the stream has said its last. */
  readonly state: 'connecting' | 'live' | 'lost' | 'over';
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 20_000;

/**
 * Follows server-sent events. A lost connection is opened again, ever more patiently, and at once when the network is back;
 * what was heard last stays. `isOver` tells the last event, after which nothing is asked any more. `url` null: nothing to follow.
 */
export function useLive<T>(url: string | null, isOver: (value: T) => boolean): Live<T> {
  const [live, setLive] = useState<Live<T> & { url: string | null }>({ url, value: null, state: 'connecting' });
  useEffect(() => {
    if (url === null) return;
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wait = FIRST_WAIT_MS;
    let isDone = false;
    const open = () => {
      clearTimeout(timer);
      source?.close();
      source = new EventSource(url);
      source.onmessage = (event: MessageEvent<string>) => {
        wait = FIRST_WAIT_MS;
        const value = JSON.parse(event.data) as T;
        isDone = isOver(value);
        setLive({ url, value, state: isDone ? 'over' : 'live' });
        if (isDone) source?.close();
      };
      source.onerror = () => {
        if (isDone) return;
        source?.close();
        setLive((known) => ({ ...known, url, state: 'lost' }));
        timer = setTimeout(open, wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      };
    };
    const back = () => {
      if (!isDone) open();
    };
    window.addEventListener('online', back);
    open();
    return () => {
      isDone = true;
      clearTimeout(timer);
      source?.close();
      window.removeEventListener('online', back);
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the question whether it is over does not open another stream
  }, [url]);
  return live.url === url ? live : { value: null, state: 'connecting' };
}
