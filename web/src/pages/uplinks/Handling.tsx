import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input } from 'antd';
import { api } from '../../api/client';
import type { UplinkView } from '../../api/types';
import { useFieldErrors } from '../../shared/field-errors';
import { Refused } from '../../shared/states';
import { useTexts } from './texts';

/** Says that a reply is handled, and how. */
export function Handling({ reply, back }: { readonly reply: UplinkView; back(): void }) {
  const t = useTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  const placeErrors = useFieldErrors();
  const [form] = Form.useForm<{ note?: string }>();
  const handle = useMutation({
    mutationFn: ({ note }: { note?: string }) =>
      api.POST('/api/v1/uplinks/{id}/handled', {
        params: { path: { id: reply.id } },
        body: note?.trim() ? { note: note.trim() } : {},
      }),
    onSuccess: async () => {
      void message.success(t('done'));
      await client.invalidateQueries({ queryKey: ['uplinks'] });
    },
    onError: (error) => placeErrors(form, error),
  });
  return (
    <Form form={form} name={`handle-${reply.id}`} layout="vertical" onFinish={(words) => handle.mutate(words)}>
      <Refused error={handle.error} />
      <Form.Item name="note" label={t('note')} extra={t('noteHint')}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={1000} />
      </Form.Item>
      <div className="page-actions">
        <Button type="primary" htmlType="submit" loading={handle.isPending}>
          {t('sure')}
        </Button>
        <Button onClick={back}>{t('back')}</Button>
      </div>
    </Form>
  );
}
