import { useQueryClient } from '@tanstack/react-query';
import { App, Form, Input } from 'antd';
import { api } from '../../api/client';
import { Problem } from '../../api/problem';
import type { MaskedPerson } from '../../api/types';
import { useAppTexts } from '../../app/i18n';
import { FormDialog } from '../../shared/FormDialog';
import { ReasonField } from '../../shared/ReasonField';
import { useTexts } from './texts';

interface Props {
  readonly person: MaskedPerson;
  close(): void;
}

/** The new number of somebody. */
export function Correct({ person, close }: Props) {
  const t = useTexts();
  const app = useAppTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  return (
    <FormDialog<{ phone: string }>
      title={t('correctTitle', { id: person.externalId })}
      ok={t('correct')}
      close={close}
      act={async ({ phone }) => {
        const { data } = await api.PUT('/api/v1/people', {
          body: { people: [{ externalId: person.externalId, phone: phone.trim() }] },
        });
        const [refused] = data!.rejected;
        // The good ones of a list are kept, so that a refusal of the only one is no refusal of the call.
        if (refused) throw new Problem(422, 'invalid_input', refused.message, [refused]);
        void message.success(t('corrected'));
        await client.invalidateQueries({ queryKey: ['bad-numbers'] });
        close();
      }}
    >
      <Form.Item
        name="phone"
        label={t('phone')}
        rules={[{ required: true, whitespace: true, message: app('field.required') }]}
      >
        <Input inputMode="tel" maxLength={40} autoComplete="off" />
      </Form.Item>
    </FormDialog>
  );
}

/** The number is right after all. */
export function Reinstate({ person, close }: Props) {
  const t = useTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  return (
    <FormDialog<{ reason: string }>
      title={t('reinstateTitle', { id: person.externalId })}
      text={t('reinstateText')}
      ok={t('reinstate')}
      close={close}
      act={async ({ reason }) => {
        await api.POST('/api/v1/bad-numbers/reinstate', {
          body: { externalId: person.externalId, reason: reason.trim() },
        });
        void message.success(t('reinstated'));
        await client.invalidateQueries({ queryKey: ['bad-numbers'] });
        close();
      }}
    >
      <ReasonField label={t('reason')} hint={t('reasonHint')} />
    </FormDialog>
  );
}
