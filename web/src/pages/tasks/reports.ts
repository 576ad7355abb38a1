import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../../api/client';
import { useSession } from '../../app/session';
import { useNow } from '../../shared/county-time';
import { fateOf, isAnswer, keptReports, type KeptReport } from './kept-reports';
import type { Report } from './outcomes';

const AGAIN_MS = 30_000;

const send = (taskId: string, body: Report & { readonly at?: string }): Promise<unknown> =>
  api.POST('/api/v1/tasks/{id}/done', { params: { path: { id: taskId } }, body });

interface Sent {
  readonly done: number;
  readonly refused: number;
}

/**
 * Reports tasks. What does not reach the server is kept on this device and sent when the network is back, when the page is
 * opened again, and every half minute; `caughtUp` hears what became of it.
 */
export function useReports(caughtUp: (sent: Sent) => void) {
  const { me } = useSession();
  const now = useNow();
  const userId = me.user.id;
  const [kept, setKept] = useState(() => keptReports.read(userId));
  const isSending = useRef(false);
  const hear = useRef(caughtUp);
  useEffect(() => {
    hear.current = caughtUp;
  });

  const sendKept = useCallback(async () => {
    if (isSending.current) return;
    isSending.current = true;
    const sent = { done: 0, refused: 0 };
    try {
      for (const one of keptReports.read(userId)) {
        const fate = await deliver(one);
        if (fate === 'keep') continue;
        keptReports.drop(userId, one.taskId);
        sent[fate] += 1;
      }
    } finally {
      isSending.current = false;
      setKept(keptReports.read(userId));
    }
    if (sent.done + sent.refused > 0) hear.current(sent);
  }, [userId]);

  useEffect(() => {
    const again = () => void sendKept();
    again();
    window.addEventListener('online', again);
    const timer = setInterval(again, AGAIN_MS);
    return () => {
      window.removeEventListener('online', again);
      clearInterval(timer);
    };
  }, [sendKept]);

  /** `kept` where it waits on this device; a refusal is thrown. */
  const report = async (taskId: string, said: Report): Promise<'done' | 'kept'> => {
    try {
      await send(taskId, said);
      return 'done';
    } catch (error) {
      if (isAnswer(error)) throw error;
      keptReports.keep(userId, { taskId, report: said, at: new Date(now).toISOString() });
      setKept(keptReports.read(userId));
      return 'kept';
    }
  };
  return { kept, report, sendKept };
}

const deliver = ({ taskId, report, at }: KeptReport) =>
  send(taskId, { ...report, at }).then(() => 'done' as const, fateOf);
