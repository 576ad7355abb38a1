import { App, Form, Select } from 'antd';
import { api } from '../../api/client';
import type { GroupChat } from '../../api/types';
import { useAppTexts } from '../../app/i18n';
import { FormDialog } from '../../shared/FormDialog';
import { useKeyUntilAnswered } from '../../shared/key';
import { useAllCampaigns } from '../../shared/review';
import { useTexts } from './texts';

/** One post in the group, marked as a test, with what a campaign would say. */
export function TestPost({ chat, close }: { readonly chat: GroupChat; close(): void }) {
  const t = useTexts();
  const app = useAppTexts();
  const { message } = App.useApp();
  const key = useKeyUntilAnswered();
  const campaigns = useAllCampaigns();
  const able = (campaigns.data ?? []).filter((c) =>
    (c.draft?.definition ?? c).channels.some(({ channel }) => channel === 'chat'),
  );
  return (
    <FormDialog<{ campaign: string }>
      title={t('testTitle', { name: chat.name })}
      text={t('testText')}
      ok={t('test')}
      close={close}
      act={async ({ campaign }) => {
        try {
          await api.POST('/api/v1/campaigns/{id}/test-send', {
            params: { path: { id: campaign } },
            headers: { 'idempotency-key': key.current() },
            body: { to: chat.id, channel: 'chat' },
          });
          key.answered();
        } catch (error) {
          key.answered(error);
          throw error;
        }
        void message.success(t('tested'));
        close();
      }}
    >
      <Form.Item
        name="campaign"
        label={t('campaign')}
        rules={[{ required: true, message: app('field.required') }]}
        {...(campaigns.data && able.length === 0 ? { extra: t('noCampaigns') } : {})}
      >
        <Select loading={campaigns.isPending} options={able.map(({ id, name }) => ({ value: id, label: name }))} />
      </Form.Item>
    </FormDialog>
  );
}
