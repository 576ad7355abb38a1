import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { query } from '../../api/client';
import type { WhyCampaign } from '../../api/types';
import { useAppTexts } from '../../app/i18n';
import { useSession } from '../../app/session';
import { addDays, dateTime, shortTime, useToday } from '../../shared/county-time';
import { Block } from '../../shared/Page';
import { Answer, Empty } from '../../shared/states';
import { State } from '../../shared/Tone';
import { useWords } from '../../shared/words';
import { useTexts } from './texts';

interface Period {
  readonly from: string;
  readonly to: string;
}

/** Why somebody got this, or nothing: asked for a period, for each look stands in the ledger. */
export function Why({ personId }: { readonly personId: string }) {
  const t = useTexts();
  const app = useAppTexts();
  const today = useToday();
  const [form] = Form.useForm<Period>();
  const [period, setPeriod] = useState<Period | null>(null);
  const required = { required: true, message: app('field.required') };
  return (
    <Block title={t('why')}>
      <p className="quiet">{t('whyHint')}</p>
      <Form
        form={form}
        name="why"
        layout="inline"
        className="gap-below"
        requiredMark={false}
        initialValues={{ from: addDays(today, -89), to: today }}
        onFinish={setPeriod}
      >
        <Form.Item name="from" label={t('periodFrom')} rules={[required]}>
          <Input type="date" />
        </Form.Item>
        <Form.Item
          name="to"
          label={t('periodTo')}
          dependencies={['from']}
          rules={[
            required,
            ({ getFieldValue }) => ({
              validator: (_, to: string) =>
                !to || to >= (getFieldValue('from') as string)
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('periodWrong'))),
            }),
          ]}
        >
          <Input type="date" />
        </Form.Item>
        <Button htmlType="submit">{t('ask')}</Button>
      </Form>
      {period ? <Told personId={personId} period={period} /> : null}
    </Block>
  );
}

function Told({ personId, period }: { readonly personId: string; readonly period: Period }) {
  const t = useTexts();
  const asked = query.useQuery(
    'get',
    '/api/v1/people/{id}/why',
    { params: { path: { id: personId }, query: { from: period.from, to: addDays(period.to, 1) } } },
    { staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false },
  );
  return (
    <Answer of={asked} isEmpty={({ campaigns }) => campaigns.length === 0} empty={<Empty text={t('whyNone')} />}>
      {({ campaigns }) => (
        <ul className="plain-list">
          {campaigns.map((campaign) => (
            <li key={campaign.campaignId}>
              <OneCampaign campaign={campaign} />
            </li>
          ))}
        </ul>
      )}
    </Answer>
  );
}

function OneCampaign({ campaign }: { readonly campaign: WhyCampaign }) {
  const t = useTexts();
  const word = useWords();
  const { may } = useSession();
  return (
    <>
      <h3>
        {may('campaigns.read') ? <Link to={`/campaigns/${campaign.campaignId}`}>{campaign.name}</Link> : campaign.name}
      </h3>
      <p lang="zh-CN">{campaign.words}</p>
      {campaign.inSegment === false ? <p className="quiet">{t('outside', { n: campaign.runs })}</p> : null}
      {campaign.inSegment === null ? <Alert type="info" title={t('hidden')} /> : null}
      {campaign.deliveries.map((delivery) => (
        <div key={delivery.id} className="message gap-below">
          <div className="message-head">
            <span>
              {word('channel', delivery.channel)} <State of="delivery" is={delivery.status} />{' '}
              {delivery.reason && delivery.status !== 'delivered' ? word('reason', delivery.reason) : null}
            </span>
            <span className="number">{dateTime(delivery.sentAt)}</span>
          </div>
          <div className="bubble" lang="zh-CN">
            {delivery.text}
          </div>
          <p className="quiet" lang="zh-CN">
            {t('chosen', { why: delivery.why })}
          </p>
        </div>
      ))}
      {campaign.skips.map((skip) => (
        <p key={`${skip.runId}-${skip.channel}`}>
          <span className="number">{shortTime(skip.at)}</span>{' '}
          {t('skipped', { channel: word('channel', skip.channel), reason: word('reason', skip.reason) })}
        </p>
      ))}
      {campaign.ledger.length > 0 ? (
        <details>
          <summary>{t('trail')}</summary>
          <ul>
            {campaign.ledger.map((entry) => (
              <li key={entry.id}>
                <span className="number">{dateTime(entry.at)}</span> {entry.actor} {entry.action}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </>
  );
}
