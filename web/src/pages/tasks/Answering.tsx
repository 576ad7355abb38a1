import { Button, Input, Radio } from 'antd';
import { useId, useState } from 'react';
import type { TaskView } from '../../api/types';
import { useAppTexts } from '../../app/i18n';
import { problemWords } from '../../app/problem-words';
import { OUTCOMES, outcomeKey, type Report } from './outcomes';
import { useTexts } from './texts';

interface Props {
  readonly task: TaskView;
  report(said: Report): Promise<void>;
}

/** Two taps: what came of it, and yes. The second one has room for what else there is to say. */
export function Answering({ task, report }: Props) {
  const t = useTexts();
  const app = useAppTexts();
  const [outcome, setOutcome] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [more, setMore] = useState<Omit<Report, 'outcome'>>({});

  const confirm = async () => {
    setBusy(true);
    setError(null);
    try {
      await report({ outcome: outcome!, ...given(more) });
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
    }
  };

  if (outcome === null)
    return (
      <div className="taps">
        {OUTCOMES[task.kind].map((one, i) => (
          <Button key={one} size="large" type={i === 0 ? 'primary' : 'default'} onClick={() => setOutcome(one)}>
            {t(outcomeKey(task.kind, one))}
          </Button>
        ))}
      </div>
    );
  return (
    <div className="answering">
      <p>
        <strong>{question(t, task, outcome)}</strong>
      </p>
      {task.kind === 'post' ? null : <More isVisit={task.kind === 'visit'} said={more} say={setMore} />}
      {error ? (
        <p className="tone bad" role="alert">
          ✕ {problemWords(error, app)}
        </p>
      ) : null}
      <div className="taps">
        <Button size="large" type="primary" loading={isBusy} onClick={() => void confirm()}>
          {t('yes')}
        </Button>
        <Button size="large" disabled={isBusy} onClick={() => setOutcome(null)}>
          {t('back')}
        </Button>
      </div>
    </div>
  );
}

function question(t: ReturnType<typeof useTexts>, task: TaskView, outcome: string): string {
  if (outcome === 'posted') return t('sure.posted', { group: task.groupChat?.name ?? '–' });
  if (task.kind === 'post') return t('sure.declined.post');
  return t('sure.other', { outcome: t(outcomeKey(task.kind, outcome)) });
}

const given = ({ note, place, appInstalled }: Omit<Report, 'outcome'>): Omit<Report, 'outcome'> => ({
  ...(note?.trim() ? { note: note.trim() } : {}),
  ...(place?.trim() ? { place: place.trim() } : {}),
  ...(appInstalled === undefined ? {} : { appInstalled }),
});

interface MoreProps {
  readonly isVisit: boolean;
  readonly said: Omit<Report, 'outcome'>;
  say(said: Omit<Report, 'outcome'>): void;
}

function More({ isVisit, said, say }: MoreProps) {
  const t = useTexts();
  const id = useId();
  return (
    <>
      <label htmlFor={`${id}-note`}>{t('note')}</label>
      <Input.TextArea
        id={`${id}-note`}
        autoSize={{ minRows: 2, maxRows: 6 }}
        maxLength={1000}
        value={said.note ?? ''}
        onChange={(event) => say({ ...said, note: event.target.value })}
      />
      {isVisit ? (
        <>
          <label htmlFor={`${id}-place`}>{t('place')}</label>
          <Input
            id={`${id}-place`}
            size="large"
            maxLength={200}
            value={said.place ?? ''}
            onChange={(event) => say({ ...said, place: event.target.value })}
          />
          <div role="group" aria-labelledby={`${id}-app`}>
            <span id={`${id}-app`}>{t('app')}</span>
            <Radio.Group
              size="large"
              value={said.appInstalled}
              onChange={(event) => say({ ...said, appInstalled: event.target.value as boolean })}
              options={[
                { value: true, label: t('appYes') },
                { value: false, label: t('appNo') },
              ]}
            />
          </div>
        </>
      ) : null}
    </>
  );
}
