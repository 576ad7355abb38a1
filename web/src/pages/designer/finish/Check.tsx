import { Alert, Button, Form } from 'antd';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useAppTexts } from '../../../app/i18n';
import { problemWords } from '../../../app/problem-words';
import { Meter } from '../../../shared/Meter';
import { Messages } from '../../../shared/preflight/Messages';
import { Preflight } from '../../../shared/preflight/Preflight';
import { definitionOf, type Values } from '../definition';
import { useTexts } from '../texts';
import { usePreflight } from './preflight-stream';

interface Props {
  readonly isHere: boolean;
  /** Counts the changes of the form: a pre-flight of before is out of date. */
  readonly changes: number;
  /** Saves the draft; null where something is missing, which is then shown in its place. */
  save(): Promise<string | null>;
  onRefused(error: unknown): void;
}

/** What would happen: who, skipped why, at what cost, until when, and who goes first. */
export function Check({ isHere, changes, save, onRefused }: Props) {
  const t = useTexts();
  const app = useAppTexts();
  const form = Form.useFormInstance<Values>();
  const { walk, start, fail } = usePreflight();
  const [madeAt, setMadeAt] = useState<number | null>(null);
  const ask = async () => {
    setMadeAt(changes);
    try {
      const id = await save();
      if (id) start(id);
      else setMadeAt(null);
    } catch (error) {
      fail(error);
      onRefused(error);
    }
  };
  const isAsked = useRef(false);
  const opened = useEffectEvent(() => {
    if (isAsked.current || madeAt === changes) return;
    isAsked.current = true;
    void ask();
  });
  useEffect(() => {
    // When the step is opened, not while it is read.
    if (isHere) opened();
    else isAsked.current = false;
  }, [isHere]);
  return (
    <>
      <div className="page-actions gap-below">
        <Button onClick={() => void ask()} loading={walk.state === 'walking'}>
          {t('check.again')}
        </Button>
        {walk.state === 'done' && madeAt !== changes ? <span role="status">{t('check.stale')}</span> : null}
      </div>
      {walk.state === 'walking' ? (
        <>
          <p role="status">{t('check.walking')}</p>
          <Meter share={walk.share} label={t('check.walking')} />
        </>
      ) : null}
      {walk.state === 'failed' ? (
        <Alert type="error" showIcon role="alert" title={problemWords(walk.error, app)} />
      ) : null}
      {walk.state === 'done' ? (
        <>
          <Preflight preflight={walk.preflight} definition={definitionOf(form.getFieldsValue(true) as Values)} />
          <Messages preflight={walk.preflight} />
        </>
      ) : null}
      {walk.state === 'idle' ? <p className="quiet">{t('check.missing')}</p> : null}
    </>
  );
}
