import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import { useAppTexts } from '../../app/i18n';
import { CHANNELS } from '../../shared/codes';
import { useFieldErrors } from '../../shared/field-errors';
import { Refused } from '../../shared/states';
import { useWords } from '../../shared/words';
import { useTexts } from './texts';

type Channel = (typeof CHANNELS)[number];
type By = 'phones' | 'externalIds';

interface Words {
  readonly phones?: string[];
  readonly externalIds?: string[];
  readonly channel: Channel | null;
}

/** One refusal in one line, or its end. */
export function Enter() {
  const t = useTexts();
  const app = useAppTexts();
  const word = useWords();
  const { message } = App.useApp();
  const client = useQueryClient();
  const placeErrors = useFieldErrors();
  const [form] = Form.useForm<Words>();
  const [by, setBy] = useState<By>('phones');
  const enter = useMutation({
    mutationFn: async ({ words, isAdding }: { words: Words; isAdding: boolean }) => {
      const who = (words[by] ?? []).map((one) => one.trim());
      const body = { channel: words.channel, ...(by === 'phones' ? { phones: who } : { externalIds: who }) };
      if (isAdding) return (await api.PUT('/api/v1/opt-outs', { body })).data!.added;
      return (await api.DELETE('/api/v1/opt-outs', { body })).data!.removed;
    },
    onSuccess: async (n, { isAdding }) => {
      if (n === 0) void message.info(t(isAdding ? 'known' : 'notThere'));
      else void message.success(t(isAdding ? 'added' : 'removed'));
      if (n > 0 || isAdding) form.resetFields();
      await client.invalidateQueries({ queryKey: ['opt-outs'] });
    },
    onError: (error) => placeErrors(form, error),
  });
  const remove = async () => {
    const words = await form.validateFields().catch(() => null);
    if (words) enter.mutate({ words, isAdding: false });
  };
  return (
    <Form
      form={form}
      name="opt-out"
      layout="inline"
      className="one-line"
      requiredMark={false}
      initialValues={{ channel: null }}
      onFinish={(words) => enter.mutate({ words, isAdding: true })}
    >
      <Refused error={enter.error} />
      <Form.Item>
        <Select<By>
          aria-label={t('who')}
          className="filter"
          value={by}
          onChange={setBy}
          options={(['phones', 'externalIds'] as const).map((value) => ({ value, label: t(`who.${value}`) }))}
        />
      </Form.Item>
      <Form.Item
        key={by}
        name={[by, 0]}
        label={t(`who.${by}`)}
        rules={[{ required: true, whitespace: true, message: app('field.required') }]}
      >
        <Input maxLength={64} autoComplete="off" inputMode={by === 'phones' ? 'tel' : 'text'} />
      </Form.Item>
      <Form.Item name="channel" label={t('channel')}>
        <Select
          className="filter"
          options={[
            { value: null, label: t('all') },
            ...CHANNELS.map((value) => ({ value, label: word('channel', value) })),
          ]}
        />
      </Form.Item>
      <div className="page-actions">
        <Button type="primary" htmlType="submit" loading={enter.isPending}>
          {t('add')}
        </Button>
        <Button onClick={() => void remove()} disabled={enter.isPending}>
          {t('remove')}
        </Button>
      </div>
    </Form>
  );
}
