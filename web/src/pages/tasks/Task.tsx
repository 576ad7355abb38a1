import type { TaskView } from '../../api/types';
import { useSession } from '../../app/session';
import { shortTime } from '../../shared/county-time';
import { placeOf, useTownshipNames } from '../../shared/names';
import { Answering } from './Answering';
import type { Report } from './outcomes';
import { plainWords } from './plain-words';
import { PostBody } from './PostBody';
import { useTexts } from './texts';

interface Props {
  readonly task: TaskView;
  report(said: Report): Promise<void>;
}

/** One task: what to do, with what, and what came of it. */
export function Task({ task, report }: Props) {
  const t = useTexts();
  const { me } = useSession();
  const townshipName = useTownshipNames();
  return (
    <article className="block task" aria-labelledby={`task-${task.id}`}>
      <div className="line">
        <h2 id={`task-${task.id}`}>{t(`kind.${task.kind}`)}</h2>
        <span className={task.overdue ? 'tone bad' : 'quiet'}>
          {task.overdue ? '▲ ' : null}
          {t(task.overdue ? 'overdue' : 'due', { at: shortTime(task.due) })}
        </span>
      </div>
      {me.user.role === 'field' ? null : (
        <p className="quiet">
          {task.township ? townshipName(task.township) : null}{' '}
          {task.assignee ? t('assignee', { name: task.assignee }) : null}
        </p>
      )}
      {task.kind === 'post' ? <PostBody task={task} /> : <Whom task={task} />}
      <Answering task={task} report={report} />
    </article>
  );
}

function Whom({ task }: { readonly task: TaskView }) {
  const t = useTexts();
  const { person } = task;
  return (
    <>
      {person ? (
        <>
          <p className="lead">
            <strong>{person.name ?? '–'}</strong>
          </p>
          <dl className="pairs">
            <dt>{t('community')}</dt>
            <dd>{placeOf(person) || '–'}</dd>
            <dt>{t('phone')}</dt>
            <dd className="number">{person.phone ?? '–'}</dd>
          </dl>
        </>
      ) : null}
      {person === null ? <p>{t('someone')}</p> : null}
      {task.text ? (
        <details className="to-say">
          <summary>{t('toSay')}</summary>
          <div className="bubble" lang="zh-CN">
            {plainWords(task.text)}
          </div>
        </details>
      ) : null}
    </>
  );
}
