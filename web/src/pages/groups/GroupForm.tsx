import { useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, InputNumber, Select } from 'antd';
import { api } from '../../api/client';
import type { GroupChat } from '../../api/types';
import { useAppTexts } from '../../app/i18n';
import { useSession } from '../../app/session';
import { PLATFORMS, POPULATIONS } from '../../shared/codes';
import { FormDialog } from '../../shared/FormDialog';
import { useOwnTownships } from '../../shared/names';
import { useWords } from '../../shared/words';
import { useTexts } from './texts';

interface Words {
  readonly name: string;
  readonly platform: (typeof PLATFORMS)[number];
  readonly township: string;
  readonly population: (typeof POPULATIONS)[number];
  readonly headCount: number;
  readonly owner?: string | null;
  readonly robot?: { readonly webhook?: string; readonly secret?: string };
}

/** A group's words as the API takes them: a robot that is not named again stays as it is. */
function bodyOf({ name, platform, township, population, headCount, owner, robot }: Words) {
  const [webhook, secret] = [robot?.webhook?.trim(), robot?.secret?.trim()];
  const who =
    platform === 'wechat'
      ? { owner: owner?.trim() || null, robot: null }
      : { owner: null, ...(webhook ? { robot: { webhook, ...(secret ? { secret } : {}) } } : {}) };
  return { name: name.trim(), platform, township, population, headCount, ...who };
}

/** A new group chat, or a change of one. `chat` null: a new one. */
export function GroupForm({ chat, close }: { readonly chat: GroupChat | null; close(): void }) {
  const t = useTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  const { me } = useSession();
  const own = me.user.township;
  const initial = chat
    ? {
        name: chat.name,
        platform: chat.platform,
        township: chat.township,
        population: chat.population as Words['population'],
        headCount: chat.headCount,
        owner: chat.owner,
      }
    : { platform: 'wechat' as const, population: 'local' as const, ...(own ? { township: own } : {}) };
  return (
    <FormDialog<Words>
      title={chat ? chat.name : t('new')}
      ok={t('save')}
      initial={initial}
      close={close}
      act={async (words) => {
        const body = bodyOf(words);
        if (chat) await api.PUT('/api/v1/group-chats/{id}', { params: { path: { id: chat.id } }, body });
        else await api.POST('/api/v1/group-chats', { body });
        void message.success(t('saved'));
        await client.invalidateQueries({ queryKey: ['group-chats'] });
        close();
      }}
    >
      <Fields chat={chat} />
    </FormDialog>
  );
}

function Fields({ chat }: { readonly chat: GroupChat | null }) {
  const t = useTexts();
  const app = useAppTexts();
  const word = useWords();
  const townships = useOwnTownships();
  const platform = Form.useWatch<Words['platform'] | undefined>('platform');
  const required = { required: true, message: app('field.required') };
  return (
    <>
      <Form.Item name="name" label={t('name')} rules={[{ ...required, whitespace: true }]}>
        <Input maxLength={128} />
      </Form.Item>
      <Form.Item name="platform" label={t('platform')} rules={[required]}>
        <Select options={PLATFORMS.map((value) => ({ value, label: word('platform', value) }))} />
      </Form.Item>
      <Form.Item name="township" label={t('township')} rules={[required]}>
        <Select options={townships.map(({ code, name }) => ({ value: code, label: name }))} />
      </Form.Item>
      <Form.Item name="population" label={t('population')} rules={[required]}>
        <Select options={POPULATIONS.map((value) => ({ value, label: word('population', value) }))} />
      </Form.Item>
      <Form.Item name="headCount" label={t('headCount')} extra={t('headCountHint')} rules={[required]}>
        <InputNumber min={0} max={1_000_000} precision={0} controls={false} />
      </Form.Item>
      {platform === 'wechat' ? (
        <Form.Item name="owner" label={t('owner')} extra={t('ownerHint')} rules={[{ ...required, whitespace: true }]}>
          <Input maxLength={64} autoCapitalize="none" autoComplete="off" spellCheck={false} />
        </Form.Item>
      ) : (
        <>
          <Form.Item
            name={['robot', 'webhook']}
            label={t('webhook')}
            extra={t(chat?.hasRobot ? 'webhookKept' : 'webhookHint')}
            rules={chat?.hasRobot ? [] : [{ ...required, whitespace: true }]}
          >
            <Input type="password" autoComplete="off" maxLength={1000} />
          </Form.Item>
          <Form.Item
            name={['robot', 'secret']}
            label={t('secret')}
            {...(chat?.hasSecret ? { extra: t('secretKept') } : {})}
          >
            <Input type="password" autoComplete="off" maxLength={200} />
          </Form.Item>
        </>
      )}
    </>
  );
}
