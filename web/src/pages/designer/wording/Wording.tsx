import { Form, Radio, Select } from 'antd';
import { useState } from 'react';
import { query } from '../../../api/client';
import { useAppTexts } from '../../../app/i18n';
import { useLibraryName, useTrickNames } from '../../../shared/names';
import { useTexts } from '../texts';
import type { Step } from '../definition';
import { ChannelChoice } from './ChannelChoice';
import { Phone } from './Phone';
import { TrickChoice } from './TrickChoice';

const POLICIES = ['rotate', 'fixed', 'weighted', 'riskMatrix'] as const;
const NO_STEPS: readonly Step[] = [];

/** Which tricks people hear of, by which channels, and how that will look. */
export function Wording() {
  const t = useTexts();
  const app = useAppTexts();
  const named = useLibraryName();
  const name = useTrickNames();
  const form = Form.useFormInstance();
  const policy = Form.useWatch<(typeof POLICIES)[number] | undefined>(['assignment', 'policy'], form);
  const chosen = Form.useWatch<string[] | undefined>(['assignment', 'tricks'], form);
  const steps = Form.useWatch<Step[] | undefined>('channels', { form, preserve: true }) ?? NO_STEPS;
  const types = query.useQuery('get', '/api/v1/library/types', {}, { staleTime: Infinity });
  const tricks = query.useQuery('get', '/api/v1/library/tricks', {}, { staleTime: Infinity });
  const [asked, setAsked] = useState<string | null>(null);
  const shown = asked ?? chosen?.[0] ?? tricks.data?.items[0]?.code ?? null;
  return (
    <div className="columns">
      <div>
        <Form.Item
          name="channels"
          label={t('channels')}
          rules={[{ type: 'array', required: true, min: 1, message: t('channels.required') }]}
        >
          <ChannelChoice />
        </Form.Item>
        <Form.Item
          name={['assignment', 'policy']}
          label={t('policy')}
          extra={policy ? t(`policyHint.${policy}`) : null}
        >
          <Radio.Group options={POLICIES.map((value) => ({ value, label: t(`policy.${value}`) }))} />
        </Form.Item>
        {policy === 'rotate' ? (
          <Form.Item name={['assignment', 'by']} label={t('by')} extra={t('by.hint')}>
            <Radio.Group
              options={(['person', 'occurrence'] as const).map((value) => ({ value, label: t(`by.${value}`) }))}
            />
          </Form.Item>
        ) : null}
        {policy === 'fixed' ? (
          <Form.Item
            name={['assignment', 'order']}
            label={t('order')}
            getValueProps={(value: unknown) => ({ value: value ?? 'listed' })}
          >
            <Radio.Group
              options={(['listed', 'random'] as const).map((value) => ({ value, label: t(`order.${value}`) }))}
            />
          </Form.Item>
        ) : null}
        <Form.Item name={['assignment', 'types']} label={t('types')} extra={t('types.hint')}>
          <Select
            mode="multiple"
            optionFilterProp="label"
            placeholder={t('tricks.allTypes')}
            options={(types.data?.items ?? []).map((one) => ({ value: one.code, label: named(one) }))}
          />
        </Form.Item>
        <Form.Item
          name={['assignment', 'tricks']}
          label={t('tricks')}
          extra={t(policy === 'fixed' ? 'tricks.fixedHint' : 'tricks.hint')}
          dependencies={[
            ['assignment', 'policy'],
            ['assignment', 'types'],
          ]}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_, value: string[] | undefined) => {
                const isNamed =
                  value?.length || (getFieldValue(['assignment', 'types']) as string[] | undefined)?.length;
                return getFieldValue(['assignment', 'policy']) === 'fixed' && !isNamed
                  ? Promise.reject(new Error(app('field.tricks_required')))
                  : Promise.resolve();
              },
            }),
          ]}
        >
          <TrickChoice shown={shown} onShow={setAsked} />
        </Form.Item>
      </div>
      <aside aria-label={t('phone.title')}>
        {shown ? (
          <>
            <h3>{t('phone.of', { name: name(shown) })}</h3>
            <Phone key={shown} trick={shown} steps={steps} />
            <p className="quiet">{t('phone.hint')}</p>
          </>
        ) : null}
      </aside>
    </div>
  );
}
