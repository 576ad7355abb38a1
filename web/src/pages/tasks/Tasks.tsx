import { Alert, App, Button, Switch } from 'antd';
import { useState } from 'react';
import { query } from '../../api/client';
import { useSession } from '../../app/session';
import { PageHead } from '../../shared/Page';
import { Answer, Empty } from '../../shared/states';
import { byDue, type Report } from './outcomes';
import { useReports } from './reports';
import { Task } from './Task';
import { useTexts } from './texts';

const MANY = 500;

/** Field workers see their own tasks and nothing else; an officer sees those of all, or of the township. */
export default function Tasks() {
  const t = useTexts();
  const { message } = App.useApp();
  const { me } = useSession();
  const isField = me.user.role === 'field';
  const [isOverdue, setOverdue] = useState(false);
  const asked = { status: 'open' as const, limit: MANY, ...(isOverdue ? { overdue: 'true' as const } : {}) };
  const tasks = query.useQuery('get', '/api/v1/tasks', { params: { query: asked } }, { refetchInterval: 60_000 });
  const { kept, report, sendKept } = useReports(({ done, refused }) => {
    if (done > 0) void message.success(t('caughtUp', { n: done }));
    if (refused > 0) void message.warning(t('refused', { n: refused }), 10);
    void tasks.refetch();
  });
  const waiting = new Set(kept.map(({ taskId }) => taskId));

  const say = async (taskId: string, said: Report) => {
    if ((await report(taskId, said)) === 'kept') {
      void message.warning(t('kept'), 6);
      return;
    }
    void message.success(t('done'));
    await tasks.refetch();
  };

  return (
    <>
      <Answer of={tasks}>
        {({ items, nextCursor }) => {
          const open = items.filter((task) => !waiting.has(task.id)).sort(byDue);
          return (
            <>
              <PageHead
                title={t(isField ? 'mine' : 'all')}
                hint={isField ? t('left', { n: open.length }) : t('allHint')}
              >
                {isField ? null : (
                  <label className="switch">
                    <Switch checked={isOverdue} onChange={setOverdue} /> {t('onlyOverdue')}
                  </label>
                )}
              </PageHead>
              {kept.length > 0 ? (
                <Alert
                  type="warning"
                  showIcon
                  role="status"
                  className="gap-below"
                  title={t('waiting', { n: kept.length })}
                  action={<Button onClick={() => void sendKept()}>{t('sendNow')}</Button>}
                />
              ) : null}
              {nextCursor === null ? null : <p className="quiet">{t('more', { n: MANY })}</p>}
              {open.length === 0 ? <Empty text={t(isOverdue ? 'noneOverdue' : 'none')} /> : null}
              <div className="tasks">
                {open.map((task) => (
                  <Task key={task.id} task={task} report={(said) => say(task.id, said)} />
                ))}
              </div>
            </>
          );
        }}
      </Answer>
      {isField ? <Leave /> : null}
    </>
  );
}

function Leave() {
  const t = useTexts();
  const { modal } = App.useApp();
  const { signOut } = useSession();
  return (
    <p className="leave">
      <Button
        type="text"
        onClick={() =>
          modal.confirm({
            title: t('leave'),
            content: t('leaveSure'),
            okText: t('leave'),
            cancelText: t('back'),
            onOk: signOut,
          })
        }
      >
        {t('leave')}
      </Button>
    </p>
  );
}
