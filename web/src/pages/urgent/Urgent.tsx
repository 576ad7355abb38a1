import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { Link } from 'react-router';
import { api, query } from '../../api/client';
import type { KeptPreflight } from '../../api/types';
import { texts } from '../../app/i18n';
import { useSession } from '../../app/session';
import { dateTime } from '../../shared/county-time';
import { useFieldErrors } from '../../shared/field-errors';
import { useKeyUntilAnswered } from '../../shared/key';
import { useLibraryName } from '../../shared/names';
import { grouped, yuan } from '../../shared/numbers';
import { Block, PageHead } from '../../shared/Page';
import { Refused } from '../../shared/states';
import { useWords } from '../../shared/words';
import en from './texts.en';
import zh from './texts.zh';

const useTexts = texts('urgent', zh, en);
const CHANNELS = ['sms', 'voice', 'email'] as const;

interface Ask {
  readonly trick: string;
  readonly channel: (typeof CHANNELS)[number];
  readonly townships?: string[];
  readonly script?: { readonly body?: string };
  readonly reason: string;
}

/** A trick or a text, townships, a reason: everything that an urgent warning needs, on one page. */
export default function Urgent() {
  const t = useTexts();
  const placeErrors = useFieldErrors();
  const [form] = Form.useForm<Ask>();
  const key = useKeyUntilAnswered();
  const ask = useMutation({
    mutationFn: async ({ trick, channel, townships, script, reason }: Ask) => {
      const body = script?.body?.trim();
      const { data } = await api.POST('/api/v1/campaigns/urgent', {
        headers: { 'idempotency-key': key.current() },
        body: {
          trick,
          channel,
          reason: reason.trim(),
          ...(townships?.length ? { townships } : {}),
          ...(body ? { script: { body } } : {}),
        },
      });
      return data!;
    },
    onSettled: (_, error) => key.answered(error),
    onError: (error) => placeErrors(form, error),
  });
  return (
    <>
      <PageHead title={t('title')} hint={t('hint')} />
      {ask.data ? (
        <Made
          id={ask.data.campaign.id}
          preflight={ask.data.preflight as KeptPreflight}
          again={() => {
            form.resetFields();
            ask.reset();
          }}
        />
      ) : (
        <Block title={t('title')} className="untitled">
          <Refused error={ask.error} />
          <Form
            form={form}
            layout="vertical"
            requiredMark={false}
            initialValues={{ channel: 'sms' }}
            onFinish={(values) => ask.mutate(values)}
            style={{ maxWidth: 640 }}
          >
            <Fields />
            <Button type="primary" size="large" htmlType="submit" loading={ask.isPending}>
              {t('submit')}
            </Button>
          </Form>
        </Block>
      )}
    </>
  );
}

function Fields() {
  const t = useTexts();
  const word = useWords();
  const named = useLibraryName();
  const { me } = useSession();
  const tricks = query.useQuery('get', '/api/v1/library/tricks');
  const required = [{ required: true, whitespace: true, message: t('required') }];
  return (
    <>
      <Form.Item name="trick" label={t('trick')} rules={required}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          loading={tricks.isPending}
          options={(tricks.data?.items ?? []).map((trick) => ({ value: trick.code, label: named(trick) }))}
        />
      </Form.Item>
      <Form.Item name={['script', 'body']} label={t('body')} extra={t('bodyHint')}>
        <Input.TextArea autoSize={{ minRows: 3, maxRows: 8 }} maxLength={5000} />
      </Form.Item>
      <Form.Item name="townships" label={t('townships')} extra={t('townshipsHint')}>
        <Select
          mode="multiple"
          optionFilterProp="label"
          options={me.county.townships.map(({ code, name }) => ({ value: code, label: name }))}
        />
      </Form.Item>
      <Form.Item name="channel" label={t('channel')}>
        <Select options={CHANNELS.map((value) => ({ value, label: word('channel', value) }))} />
      </Form.Item>
      <Form.Item name="reason" label={t('reason')} extra={t('reasonHint')} rules={required}>
        <Input maxLength={500} />
      </Form.Item>
    </>
  );
}

interface MadeProps {
  readonly id: string;
  readonly preflight: KeptPreflight;
  again(): void;
}

/** What was made of it: count, cost and text, before anything leaves. */
function Made({ id, preflight, again }: MadeProps) {
  const t = useTexts();
  return (
    <Block title={t('made')}>
      <dl className="pairs">
        <dt>{t('targeted')}</dt>
        <dd className="number" data-testid="urgent-targeted">
          {grouped(preflight.targeted)}
        </dd>
        <dt>{t('planned')}</dt>
        <dd className="number">{grouped(preflight.planned)}</dd>
        <dt>{t('cost')}</dt>
        <dd className="number">{yuan(preflight.estimate.cost)}</dd>
        <dt>{t('parts')}</dt>
        <dd className="number">{grouped(preflight.estimate.smsParts)}</dd>
        <dt>{t('finishes')}</dt>
        <dd className="number">{preflight.finishesAt === null ? t('never') : dateTime(preflight.finishesAt)}</dd>
        <dt>{t('text')}</dt>
        <dd lang="zh-CN">{preflight.samples[0]?.text ?? ''}</dd>
      </dl>
      <div className="page-actions">
        <Link to={`/approvals/${id}`}>{t('see')}</Link>
        <Button onClick={again}>{t('again')}</Button>
      </div>
    </Block>
  );
}
