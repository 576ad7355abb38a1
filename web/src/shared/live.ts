import { useEffect, useEffectEvent, useState } from 'react';

/** `over`: the stream has said its last. */
export type LiveState = 'connecting' | 'live' | 'lost' | 'over';

interface Follower<T> {
  /** Takes what was said: there is one truth, in the cache of queries. */
  heard(value: T): void;
  /** The connection was lost: what is shown may be old. */
  lost(): void;
  /** Tells the last event, after which nothing is asked any more. */
  isOver(value: T): boolean;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 20_000;

/**
 * Follows server-sent events. A lost connection is opened again, ever more patiently, and at once when the network is back.
 * `url` null: nothing to follow.
 */
export function useLive<T>(url: string | null, follower: Follower<T>): LiveState {
  const [live, setLive] = useState<{ url: string | null; state: LiveState }>({ url, state: 'connecting' });
  // Who listens may be another one with every picture of the page: that opens no other stream.
  const heard = useEffectEvent((value: T) => follower.heard(value));
  const lost = useEffectEvent(() => follower.lost());
  const isOver = useEffectEvent((value: T) => follower.isOver(value));
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
        heard(value);
        setLive({ url, state: isDone ? 'over' : 'live' });
        if (isDone) source?.close();
      };
      source.onerror = () => {
        if (isDone) return;
        source?.close();
        setLive({ url, state: 'lost' });
        lost();
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
  }, [url]);
  return live.url === url ? live.state : 'connecting';
}
