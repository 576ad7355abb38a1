import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Radio } from 'antd';
import { api } from '../../api/client';
import type { RunView } from '../../api/types';
import { useSession } from '../../app/session';
import { useFieldErrors } from '../../shared/field-errors';
import { useKeyUntilAnswered } from '../../shared/key';
import { grouped } from '../../shared/numbers';
import { Block } from '../../shared/Page';
import { Refused } from '../../shared/states';
import { DeliveryList } from './DeliveryList';
import { useTexts } from './texts';

interface Words {
  readonly decision: 'resend' | 'writeOff';
  readonly reason: string;
}

/** What may have left, and the decision about it. */
export function Uncertain({ run, changed }: { readonly run: RunView; changed(): void }) {
  const t = useTexts();
  const { may } = useSession();
  if (run.counts.uncertain === 0) return null;
  return (
    <Block title={t('uncertainTitle')}>
      {run.undecided === 0 ? (
        <p className="quiet">{t('uncertainDecided')}</p>
      ) : (
        <>
          <p>{t('uncertainHint', { n: grouped(run.undecided) })}</p>
          {may('uncertain') ? <Decide run={run} changed={changed} /> : <p className="quiet">{t('uncertainWho')}</p>}
        </>
      )}
      <DeliveryList runId={run.id} status="uncertain" />
    </Block>
  );
}

function Decide({ run, changed }: { readonly run: RunView; changed(): void }) {
  const t = useTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  const placeErrors = useFieldErrors();
  const [form] = Form.useForm<Words>();
  const key = useKeyUntilAnswered();
  const decide = useMutation({
    mutationFn: async (words: Words) =>
      (
        await api.POST('/api/v1/runs/{id}/uncertain', {
          params: { path: { id: run.id } },
          headers: { 'idempotency-key': key.current() },
          body: { ...words, reason: words.reason.trim() },
        })
      ).data,
    onSettled: (_, error) => key.answered(error),
    onSuccess: async (answer) => {
      void message.success(t('decided', { n: answer?.decided ?? 0 }));
      form.resetFields();
      changed();
      await client.invalidateQueries({ queryKey: ['runs', run.id] });
    },
    onError: (error) => placeErrors(form, error),
  });
  return (
    <>
      <Refused error={decide.error} />
      <Form form={form} layout="vertical" onFinish={(words) => decide.mutate(words)} style={{ maxWidth: 560 }}>
        <Form.Item
          name="decision"
          label={t('decision')}
          extra={t('uncertainAll')}
          rules={[{ required: true, message: t('decisionMissing') }]}
        >
          <Radio.Group
            vertical
            options={[
              { value: 'writeOff', label: t('writeOff') },
              { value: 'resend', label: t('resend') },
            ]}
          />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('remark')}
          rules={[{ required: true, whitespace: true, min: 2, message: t('remarkMissing') }]}
        >
          <Input maxLength={500} />
        </Form.Item>
        <Form.Item>
          <Button type="primary" htmlType="submit" loading={decide.isPending}>
            {t('decide')}
          </Button>
        </Form.Item>
      </Form>
    </>
  );
}
