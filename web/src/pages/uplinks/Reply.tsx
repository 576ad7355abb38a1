import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { UplinkView } from '../../api/types';
import { useSession } from '../../app/session';
import { dateTime, shortTime, timeOfDay } from '../../shared/county-time';
import { useTrickNames } from '../../shared/names';
import { useWords } from '../../shared/words';
import { Handling } from './Handling';
import { useTexts } from './texts';

/** One reply, the message that it answers, and what was done about it. */
export function Reply({ reply }: { readonly reply: UplinkView }) {
  const t = useTexts();
  const { may } = useSession();
  const [isHandling, setHandling] = useState(false);
  const personId = reply.message?.personId;
  return (
    <li className="reply" data-testid={`reply-${reply.id}`}>
      <div className="line">
        <span>
          <strong className="number">{reply.from}</strong>{' '}
          {personId && may('people.read') ? <Link to={`/people/${personId}`}>{t('person')}</Link> : null}
        </span>
        <small className="number">{dateTime(reply.receivedAt)}</small>
      </div>
      <p className={reply.alarm ? 'bubble said alarm' : 'bubble said'} lang="zh-CN">
        {reply.text}
      </p>
      {reply.alarm ? (
        <p className="quiet">
          {reply.answeredAt ? t('answered', { at: timeOfDay(reply.answeredAt) }) : t('notAnswered')}
          {reply.status === 'open' && may('tasks') ? (
            <>
              {' · '}
              <Link to="/tasks">{t('toCall')}</Link>
            </>
          ) : null}
        </p>
      ) : null}
      <Answered reply={reply} />
      {reply.status === 'handled' ? (
        <p className="quiet">
          <span className="tone good">●</span> {t('handledAt', { at: dateTime(reply.handledAt) })} {reply.note}
        </p>
      ) : isHandling ? (
        <Handling reply={reply} back={() => setHandling(false)} />
      ) : (
        <Button type={reply.alarm ? 'primary' : 'default'} onClick={() => setHandling(true)}>
          {t('handle')}
        </Button>
      )}
    </li>
  );
}

function Answered({ reply: { message } }: { readonly reply: UplinkView }) {
  const t = useTexts();
  const word = useWords();
  const trickName = useTrickNames();
  if (!message) return <p className="quiet">{t(message === null ? 'gone' : 'noMessage')}</p>;
  return (
    <details className="to-say">
      <summary>
        {t('answers')}{' '}
        <span className="quiet">
          {word('channel', message.channel)} {shortTime(message.sentAt)}
          {message.trick ? ` · ${trickName(message.trick)}` : null}
        </span>
      </summary>
      <p className="bubble" lang="zh-CN">
        {message.text}
      </p>
    </details>
  );
}
