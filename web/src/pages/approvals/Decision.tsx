import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input } from 'antd';
import { useNavigate } from 'react-router';
import { api } from '../../api/client';
import { Problem } from '../../api/problem';
import { useFieldErrors } from '../../shared/field-errors';
import { grouped } from '../../shared/numbers';
import { Block } from '../../shared/Page';
import { Refused } from '../../shared/states';
import { useTexts } from './texts';

interface Words {
  readonly targeted?: string;
  readonly remark?: string;
}

/** What somebody types as a number, with or without commas; null where it is none. */
const numberIn = (text: string | undefined): number | null => {
  const digits = (text ?? '').normalize('NFKC').replaceAll(/[\s,，]/g, '');
  return /^\d+$/.test(digits) ? Number(digits) : null;
};

/** Approve with the number typed, or return with a remark. */
export function Decision({
  id,
  targeted,
  digest,
}: {
  readonly id: string;
  readonly targeted: number | null;
  /** Of the version that stands above: another one is not approved by it. */
  readonly digest: string;
}) {
  const t = useTexts();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const client = useQueryClient();
  const placeErrors = useFieldErrors();
  const [form] = Form.useForm<Words>();
  const path = { params: { path: { id } } };

  const decision = useMutation({
    mutationFn: async (verb: 'approve' | 'return') => {
      const words = form.getFieldsValue();
      const remark = words.remark?.trim() ? { remark: words.remark.trim() } : {};
      if (verb === 'approve') {
        const read = numberIn(words.targeted);
        await api.POST('/api/v1/campaigns/{id}/approve', {
          ...path,
          body: { ...(read === null ? {} : { targeted: read }), digest, ...remark },
        });
      } else await api.POST('/api/v1/campaigns/{id}/return', { ...path, body: remark });
      return verb;
    },
    onSuccess: async (verb) => {
      void message.success(t(verb === 'approve' ? 'approved' : 'returned'));
      await client.invalidateQueries();
      await navigate('/approvals');
    },
    onError: async (error) => {
      placeErrors(form, error);
      if (error instanceof Problem && error.code === 'changed') await client.invalidateQueries();
    },
  });

  const approve = () => {
    const read = numberIn(form.getFieldValue('targeted') as string | undefined);
    form.setFields([{ name: 'remark', errors: [] }]);
    if (read === null || read !== targeted) {
      const wrong = read === null ? t('typeMissing') : t('typeWrong', { targeted: grouped(targeted) });
      form.setFields([{ name: 'targeted', errors: [wrong] }]);
      form.focusField('targeted');
      return;
    }
    decision.mutate('approve');
  };
  const giveBack = () => {
    form.setFields([{ name: 'targeted', errors: [] }]);
    if (!(form.getFieldValue('remark') as string | undefined)?.trim()) {
      form.setFields([{ name: 'remark', errors: [t('remarkMissing')] }]);
      form.focusField('remark');
      return;
    }
    decision.mutate('return');
  };

  return (
    <Block title={t('decide')}>
      <Refused error={decision.error} />
      <Form form={form} layout="vertical" onFinish={approve} style={{ maxWidth: 520 }}>
        {targeted === null ? null : (
          <Form.Item name="targeted" label={t('type')} extra={t('typeHint')}>
            <Input inputMode="numeric" autoComplete="off" size="large" />
          </Form.Item>
        )}
        <Form.Item name="remark" label={t('remark')} extra={t('remarkHint')}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={500} />
        </Form.Item>
        <div className="page-actions">
          {targeted === null ? null : (
            <Button
              type="primary"
              size="large"
              htmlType="submit"
              loading={decision.isPending && decision.variables === 'approve'}
            >
              {t('approve')}
            </Button>
          )}
          <Button
            size="large"
            danger
            onClick={giveBack}
            loading={decision.isPending && decision.variables === 'return'}
          >
            {t('return')}
          </Button>
        </div>
      </Form>
    </Block>
  );
}
