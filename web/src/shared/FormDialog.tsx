import { useMutation } from '@tanstack/react-query';
import { Alert, Form, Modal } from 'antd';
import { useState, type ReactNode } from 'react';
import { Problem } from '../api/problem';
import { useAppTexts } from '../app/i18n';
import { problemWords } from '../app/problem-words';
import { useFieldErrors, useMistakeWords } from './field-errors';

interface Props<W> {
  readonly title: string;
  readonly text?: ReactNode;
  readonly ok: string;
  readonly isDanger?: boolean;
  readonly initial?: Partial<W>;
  close(): void;
  act(words: W): Promise<void>;
  readonly children: ReactNode;
}

/** A question with a form in it: what is wrong stands beside its field, and what was typed stays. */
export function FormDialog<W extends object>({ title, text, ok, isDanger, initial, close, act, children }: Props<W>) {
  const app = useAppTexts();
  const placeErrors = useFieldErrors();
  const [form] = Form.useForm<W>();
  const wordsOf = useMistakeWords();
  const [unplaced, setUnplaced] = useState<readonly string[]>([]);
  const doing = useMutation({
    mutationFn: act,
    onError: (error) => {
      const isPlaced = placeErrors(form, error);
      setUnplaced(isPlaced || !(error instanceof Problem) ? [] : error.errors.map(wordsOf));
    },
  });
  return (
    <Modal
      open
      title={title}
      okText={ok}
      cancelText={app('close')}
      okButtonProps={{ danger: isDanger === true, loading: doing.isPending }}
      onCancel={close}
      onOk={() => form.submit()}
    >
      {text ? <p>{text}</p> : null}
      {doing.error ? (
        <Alert
          type="error"
          showIcon
          role="alert"
          className="gap-below"
          title={unplaced.length > 0 ? unplaced.join(' ') : problemWords(doing.error, app)}
        />
      ) : null}
      <Form
        form={form}
        name="dialog"
        layout="vertical"
        requiredMark={false}
        initialValues={initial}
        onFinish={(words) => doing.mutate(words)}
      >
        {children}
      </Form>
    </Modal>
  );
}
