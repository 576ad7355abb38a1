import { App, Button, Form, Input, Modal } from 'antd';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import type { RunView } from '../../api/types';
import { useAppTexts } from '../../app/i18n';
import { problemWords } from '../../app/problem-words';
import { useSession } from '../../app/session';
import { grouped } from '../../shared/numbers';
import { useTexts } from './texts';

type Verb = 'pause' | 'resume' | 'cancel' | 'stop';

/** What can be done to a run now; each asks once more, what cannot be undone asks for a reason. */
export function Controls({ run, changed }: { readonly run: RunView; changed(): void }) {
  const t = useTexts();
  const { may } = useSession();
  const [verb, setVerb] = useState<Verb | null>(null);
  const isOpen = ['planning', 'sending', 'paused'].includes(run.status);
  const offers: readonly (readonly [Verb, boolean])[] = [
    ['pause', may('runs.control') && isOpen && run.status !== 'paused'],
    ['resume', may('runs.control') && run.status === 'paused'],
    ['cancel', may('runs.control') && isOpen],
    ['stop', may('gateways.stop') && isOpen],
  ];
  return (
    <>
      {offers
        .filter(([, isOffered]) => isOffered)
        .map(([name]) => (
          <Button key={name} danger={name === 'stop' || name === 'cancel'} onClick={() => setVerb(name)}>
            {t(name)}
          </Button>
        ))}
      {verb ? <Asked verb={verb} run={run} close={() => setVerb(null)} changed={changed} /> : null}
    </>
  );
}

interface AskedProps {
  readonly verb: Verb;
  readonly run: RunView;
  close(): void;
  changed(): void;
}

function Asked({ verb, run, close, changed }: AskedProps) {
  const t = useTexts();
  const app = useAppTexts();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ reason?: string }>();
  const needsReason = verb === 'cancel';
  const act = useMutation({
    mutationFn: async (reason: string) => {
      const call = { params: { path: { id: run.id } }, body: reason ? { reason } : {} };
      if (verb === 'stop') await api.POST('/api/v1/stop-everything');
      else if (verb === 'pause') await api.POST('/api/v1/runs/{id}/pause', call);
      else if (verb === 'resume') await api.POST('/api/v1/runs/{id}/resume', call);
      else await api.POST('/api/v1/runs/{id}/cancel', call);
    },
    onSuccess: () => {
      void message.success(t(verb === 'stop' ? 'stopped' : 'done'));
      changed();
      close();
    },
  });
  return (
    <Modal
      open
      title={t(`${verb}Title`)}
      okText={t(verb)}
      cancelText={app('close')}
      okButtonProps={{ danger: verb === 'cancel' || verb === 'stop', loading: act.isPending }}
      onCancel={close}
      onOk={() => form.submit()}
    >
      <p>{t(`${verb}Text`, { pending: grouped(run.counts.pending) })}</p>
      {act.error ? (
        <p className="tone bad" role="alert">
          {problemWords(act.error, app)}
        </p>
      ) : null}
      <Form form={form} layout="vertical" onFinish={({ reason }) => act.mutate(reason?.trim() ?? '')}>
        {verb === 'stop' ? null : (
          <Form.Item
            name="reason"
            label={t('remark')}
            rules={needsReason ? [{ required: true, whitespace: true, min: 2, message: t('remarkMissing') }] : []}
          >
            <Input maxLength={500} />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
