import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Radio } from 'antd';
import { api } from '../../api/client';
import type { MaskedPerson } from '../../api/types';
import { useAppTexts } from '../../app/i18n';
import { useFieldErrors } from '../../shared/field-errors';
import { Refused } from '../../shared/states';
import { useTexts } from './texts';

interface Words {
  /** `keepBoth`, or a decision and whom it keeps: `samePerson:12`. */
  readonly keep: string;
  readonly reason?: string;
}
type Decision = 'keepBoth' | 'samePerson' | 'moved';

interface Props {
  readonly id: string;
  readonly person: MaskedPerson;
  readonly other: MaskedPerson;
}

/** A household, one person, or a number that moved. */
export function Decide({ id, person, other }: Props) {
  const t = useTexts();
  const app = useAppTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  const placeErrors = useFieldErrors();
  const [form] = Form.useForm<Words>();
  const decide = useMutation({
    mutationFn: ({ keep, reason }: Words) => {
      const [decision, kept] = keep.split(':') as [Decision, string | undefined];
      return api.POST('/api/v1/people/conflicts/{id}/decide', {
        params: { path: { id } },
        body: {
          decision,
          ...(kept ? { keep: kept } : {}),
          ...(reason?.trim() ? { reason: reason.trim() } : {}),
        },
      });
    },
    onSuccess: async () => {
      void message.success(t('done'));
      await client.invalidateQueries({ queryKey: ['conflicts'] });
    },
    onError: (error) => placeErrors(form, error),
  });
  const pairs = [
    [person, other],
    [other, person],
  ] as const;
  return (
    <Form form={form} name={`decide-${id}`} layout="vertical" requiredMark={false} onFinish={(w) => decide.mutate(w)}>
      <Refused error={decide.error} />
      <Form.Item name="keep" label={t('decision')} rules={[{ required: true, message: t('missing') }]}>
        <Radio.Group
          vertical
          options={[
            { value: 'keepBoth', label: t('keepBoth') },
            ...(['samePerson', 'moved'] as const).flatMap((decision) =>
              pairs.map(([kept, joined]) => ({
                value: `${decision}:${kept.id}`,
                label: t(`${decision}.person`, { id: kept.externalId, other: joined.externalId }),
              })),
            ),
          ]}
        />
      </Form.Item>
      <Form.Item name="reason" label={t('reason')} rules={[{ min: 2, message: app('field.too_small') }]}>
        <Input maxLength={200} className="narrow" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={decide.isPending}>
        {t('decide')}
      </Button>
    </Form>
  );
}
