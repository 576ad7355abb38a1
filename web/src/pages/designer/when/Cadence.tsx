import { Checkbox, Form, Input, InputNumber, Radio } from 'antd';
import { useAppTexts } from '../../../app/i18n';
import { cadenceOf, type CadenceKind } from '../definition';
import { Duration } from '../Duration';
import { useTexts } from '../texts';
import { CountyInstant } from './CountyInstant';

const KINDS: readonly CadenceKind[] = ['once', 'daily', 'weekly', 'monthly', 'event', 'cron'];
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** How often, and at what time. */
export function CadenceFields({ onKind }: { onKind(): void }) {
  const t = useTexts();
  const app = useAppTexts();
  const form = Form.useFormInstance();
  const kind = Form.useWatch<CadenceKind | undefined>(['cadence', 'kind'], form);
  const required = [{ required: true, message: app('field.required') }];
  const isAtTime = kind === 'daily' || kind === 'weekly' || kind === 'monthly';
  return (
    <>
      <Form.Item name={['cadence', 'kind']} label={t('cadence')} rules={required}>
        <Radio.Group
          options={KINDS.map((value) => ({ value, label: t(`cadence.${value}`) }))}
          onChange={({ target }) => {
            form.setFieldValue('cadence', cadenceOf(target.value as CadenceKind));
            onKind();
          }}
        />
      </Form.Item>
      {kind === 'once' ? (
        <Form.Item name={['cadence', 'at']} label={t('cadence.onceAt')} rules={required}>
          <CountyInstant />
        </Form.Item>
      ) : null}
      {kind === 'weekly' ? (
        <Form.Item name={['cadence', 'days']} label={t('cadence.days')} rules={required}>
          <Checkbox.Group options={WEEKDAYS.map((value) => ({ value, label: t(`weekday.${value}`) }))} />
        </Form.Item>
      ) : null}
      {kind === 'monthly' ? (
        <Form.Item name={['cadence', 'day']} label={t('cadence.day')} extra={t('cadence.dayHint')} rules={required}>
          <InputNumber min={1} max={31} precision={0} />
        </Form.Item>
      ) : null}
      {isAtTime ? (
        <Form.Item name={['cadence', 'at']} label={t('cadence.at')} rules={required}>
          <Input type="time" style={{ width: 130 }} />
        </Form.Item>
      ) : null}
      {kind === 'cron' ? (
        <Form.Item
          name={['cadence', 'expression']}
          label={t('cadence.expression')}
          extra={t('cadence.expressionHint')}
          rules={required}
        >
          <Input maxLength={120} style={{ width: 260 }} spellCheck={false} />
        </Form.Item>
      ) : null}
      {kind === 'event' ? (
        <>
          <Form.Item name={['cadence', 'event']} label={t('cadence.whichEvent')} rules={required}>
            <Radio.Group
              options={(['arrival', 'registration'] as const).map((value) => ({ value, label: t(`event.${value}`) }))}
            />
          </Form.Item>
          <Form.Item name={['cadence', 'delay']} label={t('cadence.delay')} rules={required}>
            <Duration label={t('cadence.delay')} least={0} usual="M" />
          </Form.Item>
        </>
      ) : null}
    </>
  );
}
