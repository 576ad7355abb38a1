import { useCallback, useEffect, useRef, useState } from 'react';
import { Problem, type FieldMistake } from '../../../api/problem';
import type { KeptPreflight } from '../../../api/types';

export type Walk =
  | { readonly state: 'idle' }
  | { readonly state: 'walking'; readonly share: number }
  | { readonly state: 'done'; readonly preflight: KeptPreflight }
  | { readonly state: 'failed'; readonly error: unknown };

/** Follows the pre-flight of a saved campaign while the server walks through everybody; it is asked once, never again by itself. */
export function usePreflight(): { walk: Walk; start(id: string): void; fail(error: unknown): void } {
  const [walk, setWalk] = useState<Walk>({ state: 'idle' });
  const source = useRef<EventSource>(undefined);
  useEffect(() => () => source.current?.close(), []);
  const start = useCallback((id: string) => {
    source.current?.close();
    const stream = new EventSource(`/api/v1/campaigns/${id}/preview/stream`);
    source.current = stream;
    setWalk({ state: 'walking', share: 0 });
    const read = <T>(event: Event) => JSON.parse((event as MessageEvent<string>).data) as T;
    stream.addEventListener('progress', (event) =>
      setWalk({ state: 'walking', share: read<{ progress: number }>(event).progress }),
    );
    const over = (next: Walk) => {
      stream.close();
      setWalk(next);
    };
    stream.addEventListener('preflight', (event) => over({ state: 'done', preflight: read<KeptPreflight>(event) }));
    stream.addEventListener('refused', (event) =>
      over({
        state: 'failed',
        error: new Problem(422, 'invalid_input', '', read<{ errors: FieldMistake[] }>(event).errors),
      }),
    );
    // The browser would ask again by itself, and the server walk again through everybody.
    stream.onerror = () => over({ state: 'failed', error: new Problem(0, 'unreachable', '') });
  }, []);
  const fail = useCallback((error: unknown) => setWalk({ state: 'failed', error }), []);
  return { walk, start, fail };
}
