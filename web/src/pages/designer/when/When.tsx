import { Checkbox, Form, Input, Radio } from 'antd';
import { useAppTexts } from '../../../app/i18n';
import type { CadenceKind } from '../definition';
import { Duration } from '../Duration';
import { WholeMistake } from '../FieldMistake';
import { useTexts } from '../texts';
import { CadenceFields } from './Cadence';
import { DatesAhead } from './DatesAhead';
import { WindowFields } from './Windows';

/** When it occurs, and in which hours its messages may leave. */
export function When({ onChanged }: { onChanged(): void }) {
  const t = useTexts();
  const app = useAppTexts();
  const form = Form.useFormInstance();
  const kind = Form.useWatch<CadenceKind | undefined>(['cadence', 'kind'], form);
  return (
    <div className="columns">
      <div>
        <CadenceFields onKind={onChanged} />
        <WholeMistake name="cadence" />
        {kind === 'event' ? null : (
          <>
            <Form.Item
              name="onHoliday"
              label={t('holiday')}
              getValueProps={(value: unknown) => ({ value: value ?? 'run' })}
            >
              <Radio.Group
                options={(['run', 'skip', 'shift'] as const).map((value) => ({ value, label: t(`holiday.${value}`) }))}
              />
            </Form.Item>
            <Form.Item name="workdaysOnly" valuePropName="checked">
              <Checkbox>{t('workdaysOnly')}</Checkbox>
            </Form.Item>
          </>
        )}
        <div className="fields">
          <Form.Item name="startsOn" label={t('startsOn')}>
            <Input type="date" style={{ width: 160 }} />
          </Form.Item>
          <Form.Item
            name="endsOn"
            label={t('endsOn')}
            dependencies={['startsOn']}
            rules={[
              ({ getFieldValue }) => ({
                validator: (_, value: string | undefined) =>
                  value && value < ((getFieldValue('startsOn') as string | undefined) ?? '')
                    ? Promise.reject(new Error(app('field.ends_before_start')))
                    : Promise.resolve(),
              }),
            ]}
          >
            <Input type="date" style={{ width: 160 }} />
          </Form.Item>
        </div>
        <WindowFields />
        <div className="fields">
          <Form.Item name="missed" label={t('missed')}>
            <Radio.Group
              options={(['runOnce', 'skip'] as const).map((value) => ({ value, label: t(`missed.${value}`) }))}
            />
          </Form.Item>
          <Form.Item name="maxLateness" label={t('maxLateness')} extra={t('maxLateness.hint')}>
            <Duration label={t('maxLateness')} usual="H" />
          </Form.Item>
        </div>
      </div>
      <aside aria-label={t('dates.title')}>
        <DatesAhead />
      </aside>
    </div>
  );
}
